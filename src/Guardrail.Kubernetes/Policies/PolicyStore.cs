using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Policies;

/// <summary>Reads the cluster's policies and writes their status.</summary>
/// <param name="api">The connection.</param>
/// <param name="time">Clock of limits and pauses.</param>
public sealed class PolicyStore(ApiClient api, TimeProvider time)
{
    /// <summary>How long one request may take: 10 s.</summary>
    public static TimeSpan RequestLimit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Every policy of a namespace; of all when it is null.</summary>
    /// <exception cref="ApiException">The server answered with an error: 404 when it does not know the kind.</exception>
    public async Task<ImmutableArray<PolicyResource>> ListAsync(string? @namespace, CancellationToken cancellationToken)
    {
        var (items, _) = await ResourceList.ReadAsync(
            api, PathOf(@namespace), PolicyResource.Read, new WatchOptions { TimeProvider = time, RequestLimit = RequestLimit }, cancellationToken);
        return items;
    }

    /// <summary>A watch of the policies of a namespace; of all when it is null.</summary>
    public ResourceWatch<PolicyResource> Watch(string? @namespace) => new(
        api, PathOf(@namespace), PolicyResource.Read, new WatchOptions { TimeProvider = time, Rights = PolicyResource.Rights });

    /// <summary>Writes a policy's status, if it is still the same object.</summary>
    /// <exception cref="ApiException">The server answered with an error: 404 when it is gone, 409 when it is another one by now.</exception>
    public async Task WriteStatusAsync(PolicyResource policy, PolicyStatus status, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = policy.Uid },
            ["status"] = JsonSerializer.SerializeToNode(status, RecordJson.Options),
        };
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var content = new StringContent(patch.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/merge-patch+json");
        using var answer = await api.SendAsync(
            HttpMethod.Patch, $"{PathOf(policy.Namespace).Path}/{policy.Name}/status?fieldManager=guardrail", content, both.Token);
    }

    private static ResourcePath PathOf(string? @namespace) => new(GuardedRollout.Group, GuardedRollout.Version, PolicyResource.Plural, @namespace);
}
