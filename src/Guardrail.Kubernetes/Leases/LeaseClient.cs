using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Leases;

/// <summary>Reads and writes one lease; every write is conditional on the version that was read.</summary>
internal sealed class LeaseClient(ApiClient api, LeaseName name)
{
    /// <summary>Reads it; null when it does not exist.</summary>
    public async Task<LeaseRecord?> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await api.SendAsync(HttpMethod.Get, name.Path, null, cancellationToken);
            return LeaseRecord.Read(answer);
        }
        catch (ApiException missing) when (missing.Code == 404 && missing.NamesObject)
        {
            return null;
        }
    }

    /// <summary>Makes it.</summary>
    /// <exception cref="ApiException">409: somebody was faster.</exception>
    public Task<LeaseRecord> CreateAsync(JsonObject body, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Post, name.Collection, body, cancellationToken);

    /// <summary>Replaces it.</summary>
    /// <exception cref="ApiException">409: it has changed since it was read.</exception>
    public Task<LeaseRecord> ReplaceAsync(JsonObject body, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Put, name.Path, body, cancellationToken);

    private async Task<LeaseRecord> WriteAsync(HttpMethod method, string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json");
        using var answer = await api.SendAsync(method, path + "?fieldManager=guardrail", content, cancellationToken);
        return LeaseRecord.Read(answer);
    }
}
