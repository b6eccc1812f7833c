using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>Reads and writes objects of a namespace, one request per call, each within <see cref="Limit"/>.</summary>
internal sealed class ObjectClient(ApiClient api, string ns, TimeProvider time)
{
    /// <summary>How long one request may take.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(10);

    public static ResourcePath Deployments { get; } = new("apps", "v1", "deployments");

    public static ResourcePath ReplicaSets { get; } = new("apps", "v1", "replicasets");

    public static ResourcePath Pods { get; } = new("", "v1", "pods");

    public static ResourcePath ConfigMaps { get; } = new("", "v1", "configmaps");

    public static ResourcePath Policies { get; } = new("guardrail.dev", "v1alpha1", "guardrailpolicies");

    public static ResourcePath Records { get; } = new("guardrail.dev", "v1alpha1", "guardedrollouts");

    /// <summary>An object; null when there is none.</summary>
    /// <exception cref="ApiException">The server answered with another error.</exception>
    public async Task<JsonObject?> ReadAsync(ResourcePath kind, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, Path(kind, name), null, cancellationToken);
        }
        catch (ApiException fault) when (fault.Code == 404)
        {
            return null;
        }
    }

    /// <summary>Objects as far as their labels are selected; at most 500.</summary>
    public async Task<ImmutableArray<JsonObject>> ListAsync(ResourcePath kind, string? selector, CancellationToken cancellationToken)
    {
        var list = await SendAsync(HttpMethod.Get, $"{In(kind).Path}?limit=500{Selecting(selector)}", null, cancellationToken);
        return [.. list["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    public Task<JsonObject> CreateAsync(ResourcePath kind, JsonObject item, string manager, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{In(kind).Path}?fieldManager={manager}", Json(item), cancellationToken);

    /// <summary>Writes an object over the version that it was read at.</summary>
    public Task<JsonObject> ReplaceAsync(ResourcePath kind, string name, JsonObject item, string manager, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"{Path(kind, name)}?fieldManager={manager}", Json(item), cancellationToken);

    public Task<JsonObject> MergeAsync(ResourcePath kind, string name, JsonObject patch, string manager, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch, $"{Path(kind, name)}?fieldManager={manager}",
        new StringContent(patch.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/merge-patch+json"), cancellationToken);

    /// <summary>Deletes an object, and what it owns in the background; one that is gone already is no fault.</summary>
    public async Task DeleteAsync(ResourcePath kind, string name, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, $"{Path(kind, name)}?propagationPolicy=Background", null, cancellationToken);
        }
        catch (ApiException fault) when (fault.Code == 404)
        {
        }
    }

    /// <summary>A watch of the objects as far as their labels are selected.</summary>
    public ResourceWatch<JsonObject> Watch(ResourcePath kind, string selector) => new(
        api, In(kind) with { LabelSelector = selector }, item => JsonNode.Parse(item.GetRawText())!.AsObject(), new WatchOptions { TimeProvider = time });

    /// <summary>Sends a request whose answer is an object.</summary>
    public async Task<JsonObject> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var body = content;
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await api.SendAsync(method, path, content, both.Token);
            return JsonNode.Parse(answer.RootElement.GetRawText())!.AsObject();
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The API server did not answer within {Limit.TotalSeconds:0} s.", late);
        }
    }

    private ResourcePath In(ResourcePath kind) => kind with { Namespace = ns };

    private string Path(ResourcePath kind, string name) => $"{In(kind).Path}/{name}";

    private static string Selecting(string? selector) => selector is null ? "" : "&labelSelector=" + Uri.EscapeDataString(selector);

    private static StringContent Json(JsonObject item) => new(item.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json");
}
