using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Records;

/// <summary>Reads and writes records at the API server: one request per call, each within <see cref="RequestLimit"/>, none tried again.</summary>
/// <param name="api">The connection.</param>
/// <param name="time">Clock of the limit.</param>
public sealed class RecordStore(ApiClient api, TimeProvider time)
{
    private const int PageSize = 100;

    /// <summary>The only workload whose records are listed and watched; null, the default, for every workload.</summary>
    public WorkloadId? Only { get; init; }

    /// <summary>How long one request may take: 10 s.</summary>
    public static TimeSpan RequestLimit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The rights that keeping records takes.</summary>
    public static IReadOnlyList<AccessRule> Rights { get; } =
    [
        new(GuardedRollout.Group, GuardedRollout.Plural, "get", "list", "watch", "create", "delete"),
        new(GuardedRollout.Group, GuardedRollout.Plural + "/status", "update", "patch"),
    ];

    /// <summary>Asks whether there are records.</summary>
    /// <param name="namespace">Namespace; null for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server answered with an error: 404 when it does not know the kind, 403 without the right.</exception>
    public async Task ProbeAsync(string? @namespace, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var answer = await api.SendAsync(HttpMethod.Get, PathOf(@namespace) + "?limit=1", null, both.Token);
    }

    /// <summary>Reads a record; null when there is none of that name.</summary>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public async Task<GuardedRollout?> ReadAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, PathOf(@namespace, name), null, cancellationToken);
        }
        catch (ApiException fault) when (fault.Code == 404 && fault.NamesObject)
        {
            return null;
        }
    }

    /// <summary>Makes a record. Its status is not written: see <see cref="WriteStatusAsync"/>.</summary>
    /// <exception cref="ApiException">The server answered with an error: 409 when it is there already.</exception>
    public Task<GuardedRollout> CreateAsync(GuardedRollout record, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, PathOf(record.Metadata.Namespace) + "?fieldManager=guardrail", record with { Status = null }, cancellationToken);

    /// <summary>Writes a record's status, if the record still has the version it was read at.</summary>
    /// <exception cref="ApiException">The server answered with an error: 409 when it was changed since, 404 when it is gone.</exception>
    public Task<GuardedRollout> WriteStatusAsync(GuardedRollout record, CancellationToken cancellationToken) => record.Metadata.ResourceVersion is null
        ? throw new ArgumentException("A record that was never read has no version to be written at.", nameof(record))
        : SendAsync(
            HttpMethod.Put, PathOf(record.Metadata.Namespace, record.Metadata.Name) + "/status?fieldManager=guardrail", record, cancellationToken);

    /// <summary>A watch of the records of a namespace.</summary>
    public ResourceWatch<GuardedRollout> Watch(string @namespace) => new(
        api, new ResourcePath(GuardedRollout.Group, GuardedRollout.Version, GuardedRollout.Plural, @namespace, Selector), Read,
        new WatchOptions { TimeProvider = time, Rights = Rights });

    /// <summary>Reads the workload of a record.</summary>
    /// <exception cref="ApiException">The server answered with an error: 404 when it is gone.</exception>
    public async Task<JsonDocument> ReadWorkloadAsync(GuardedRollout record, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await api.SendAsync(HttpMethod.Get, WorkloadOf(record), null, both.Token);
    }

    /// <summary>Patches the workload of a record by a merge patch that names the version it was made for.</summary>
    /// <exception cref="ApiException">The server answered with an error: 409 when the workload has changed since.</exception>
    public async Task PatchWorkloadAsync(GuardedRollout record, JsonObject patch, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var content = new StringContent(patch.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/merge-patch+json");
        using var answer = await api.SendAsync(HttpMethod.Patch, WorkloadOf(record) + "?fieldManager=guardrail", content, both.Token);
    }

    /// <summary>The records of a workload, of every uid.</summary>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public Task<ImmutableArray<GuardedRollout>> ListAsync(WorkloadId workload, CancellationToken cancellationToken) =>
        ListAsync(workload.Namespace, "labelSelector=" + Uri.EscapeDataString(RecordLabels.SelectorOf(workload)), cancellationToken);

    /// <summary>Every record of a namespace, or of the one workload that is looked at.</summary>
    /// <param name="namespace">Namespace; null for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public Task<ImmutableArray<GuardedRollout>> ListAllAsync(string? @namespace, CancellationToken cancellationToken) =>
        ListAsync(@namespace, OfOnly.TrimStart('&'), cancellationToken);

    /// <summary>Writes what a person asks for into a record, if it is still the same one; it takes the place of an earlier request.</summary>
    /// <exception cref="ApiException">The server answered with an error: 404 when the record is gone, 409 when it was made anew.</exception>
    public async Task<GuardedRollout> AskAsync(GuardedRollout record, RolloutRequest request, CancellationToken cancellationToken)
    {
        // A merge patch keeps what it does not name: an earlier request's reason must not stand beside this one.
        var asked = new JsonObject { ["by"] = null, ["reason"] = null, ["at"] = null };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(request, RecordJson.Options)!.AsObject().ToArray())
        {
            asked[name] = value?.DeepClone();
        }

        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = record.Metadata.Uid },
            ["spec"] = new JsonObject { ["request"] = asked },
        };
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var content = new StringContent(patch.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/merge-patch+json");
        using var answer = await api.SendAsync(
            HttpMethod.Patch, PathOf(record.Metadata.Namespace, record.Metadata.Name) + "?fieldManager=guardrail-cli", content, both.Token);
        return Read(answer.RootElement);
    }

    /// <summary>The records of a namespace whose rollouts have not ended.</summary>
    /// <param name="namespace">Namespace; null for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public async Task<ImmutableArray<GuardedRollout>> ListOpenAsync(string? @namespace, CancellationToken cancellationToken)
    {
        ImmutableArray<GuardedRollout> found;
        try
        {
            found = await ListAsync(@namespace, "fieldSelector=" + Uri.EscapeDataString("status.phase!=Ended") + OfOnly, cancellationToken);
        }
        catch (ApiException fault) when (fault.Code == 400)
        {
            // Before Kubernetes 1.31 a custom resource cannot be selected by its own fields.
            found = await ListAsync(@namespace, OfOnly.TrimStart('&'), cancellationToken);
        }

        return [.. found.Where(record => record.Status?.Outcome is null)];
    }

    /// <summary>Deletes a record, if it is still the same one. One that is gone already is no fault.</summary>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public async Task DeleteAsync(GuardedRollout record, CancellationToken cancellationToken)
    {
        var options = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["preconditions"] = new JsonObject { ["uid"] = record.Metadata.Uid },
        };
        using var content = new StringContent(options.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json");
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await api.SendAsync(
                HttpMethod.Delete, PathOf(record.Metadata.Namespace, record.Metadata.Name), content, both.Token);
        }
        catch (ApiException fault) when (fault.Code is 404 or 409)
        {
            // Gone, or another one under the same name: not this one's business.
        }
    }

    private string? Selector => Only is { } only ? RecordLabels.SelectorOf(only) : null;

    private string OfOnly => Selector is { } selector ? "&labelSelector=" + Uri.EscapeDataString(selector) : "";

    private async Task<ImmutableArray<GuardedRollout>> ListAsync(string? @namespace, string query, CancellationToken cancellationToken)
    {
        var records = ImmutableArray.CreateBuilder<GuardedRollout>();
        var next = "";
        do
        {
            using var limit = new CancellationTokenSource(RequestLimit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var path = $"{PathOf(@namespace)}?limit={PageSize}&{query}{(next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next))}";
            using var page = await api.SendAsync(HttpMethod.Get, path.TrimEnd('&'), null, both.Token);
            foreach (var item in page.RootElement.Items("items"))
            {
                records.Add(Read(item));
            }

            next = page.RootElement.Field("metadata").Text("continue") ?? "";
        }
        while (next.Length > 0);
        return records.DrainToImmutable();
    }

    private async Task<GuardedRollout> SendAsync(HttpMethod method, string path, GuardedRollout? body, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var content = body is null
            ? null
            : new StringContent(JsonSerializer.Serialize(body, RecordJson.Options), Encoding.UTF8, "application/json");
        using var answer = await api.SendAsync(method, path, content, both.Token);
        return Read(answer.RootElement);
    }

    private static GuardedRollout Read(JsonElement item)
    {
        var record = item.Deserialize<GuardedRollout>(RecordJson.Options) ?? throw new JsonException("A record is null.");
        return record.Spec.Request is null ? record : record with { Metadata = record.Metadata with { RequestedAt = RequestAge.Read(item) } };
    }

    private static string WorkloadOf(GuardedRollout record) =>
        $"apis/apps/v1/namespaces/{record.Metadata.Namespace}/{record.Spec.Workload.Kind.ToString().ToLowerInvariant()}s/{record.Spec.Workload.Name}";

    private static string PathOf(string? @namespace, string? name = null) =>
        $"apis/{GuardedRollout.Group}/{GuardedRollout.Version}/{(@namespace is null ? "" : $"namespaces/{@namespace}/")}{GuardedRollout.Plural}"
        + (name is null ? "" : "/" + name);
}
