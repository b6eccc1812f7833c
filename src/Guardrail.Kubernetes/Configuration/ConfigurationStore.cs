using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>Reads and writes the ConfigMaps and Secrets of a namespace. Reads are tried again, writes are not.</summary>
internal sealed class ConfigurationStore(ApiClient api, ActuatorOptions options, SafeReads reads, string @namespace)
{
    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestLimit => options.RequestLimit;

    /// <summary>Reads one; null when there is none of that name.</summary>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public async Task<ConfigurationContent?> ReadAsync(ConfigurationReference reference, CancellationToken cancellationToken)
    {
        try
        {
            using var read = await reads.GetAsync(PathOf(reference), cancellationToken);
            return new(read.RootElement.Clone());
        }
        catch (ApiException missing) when (missing.Code == 404)
        {
            return null;
        }
    }

    /// <summary>Makes one, unless one of that name is there.</summary>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public async Task<bool> CreateAsync(ConfigurationReference reference, JsonObject made, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(made.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json");
            await WriteAsync(HttpMethod.Post, $"{Home}{reference.Plural}?fieldManager=guardrail", content, cancellationToken);
            return true;
        }
        catch (ApiException there) when (there.Reason == "AlreadyExists")
        {
            return false;
        }
    }

    /// <summary>Changes one.</summary>
    /// <exception cref="ApiException">The server answered with an error, such as that it is no longer as the patch expects it.</exception>
    public async Task PatchAsync(ConfigurationReference reference, JsonPatch patch, CancellationToken cancellationToken)
    {
        using var content = patch.ToContent();
        await WriteAsync(HttpMethod.Patch, PathOf(reference) + "?fieldManager=guardrail", content, cancellationToken);
    }

    /// <summary>Changes the revision that owns copies.</summary>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    public async Task PatchAsync(ConfigurationOwner owner, JsonPatch patch, CancellationToken cancellationToken)
    {
        using var content = patch.ToContent();
        await WriteAsync(
            HttpMethod.Patch, $"apis/apps/v1/namespaces/{@namespace}/{owner.Kind.ToLowerInvariant()}s/{owner.Name}?fieldManager=guardrail", content,
            cancellationToken);
    }

    private string Home => $"api/v1/namespaces/{@namespace}/";

    private string PathOf(ConfigurationReference reference) => $"{Home}{reference.Plural}/{reference.Name}";

    private async Task WriteAsync(HttpMethod method, string path, HttpContent content, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestLimit, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var written = await api.SendAsync(method, path, content, both.Token);
    }
}
