using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Daemon.Admission;

/// <summary>
/// The ValidatingWebhookConfiguration through which the API server asks. It is made by whoever installs Guardrail; only its <c>caBundle</c> is written.
/// </summary>
/// <param name="api">The connection.</param>
/// <param name="name">Its name.</param>
/// <param name="time">Clock.</param>
internal sealed class WebhookRegistration(ApiClient api, string name, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly string path = $"apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/{Uri.EscapeDataString(name)}";

    /// <summary>The rights that it takes.</summary>
    public IReadOnlyList<AccessRule> Rights { get; } = OperatorRole.Answering(name);

    /// <summary>Names under which the API server reaches the endpoint, as the configuration says.</summary>
    /// <exception cref="ApiException">The server answered with an error: 404 when there is no such configuration.</exception>
    public async Task<ImmutableArray<string>> HostsAsync(CancellationToken cancellationToken)
    {
        using var configuration = await SendAsync(HttpMethod.Get, null, cancellationToken).ConfigureAwait(false);
        return [.. configuration.RootElement.Items("webhooks").Select(HostOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Lets every webhook of the configuration trust an authority.</summary>
    /// <param name="authority">The authority, PEM.</param>
    /// <param name="before">The one of this process that is served until then; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether anything had to be written.</returns>
    /// <exception cref="ApiException">The server answered with an error: 422 when somebody else has written it meanwhile.</exception>
    public async Task<bool> TrustAsync(string authority, string? before, CancellationToken cancellationToken)
    {
        using var configuration = await SendAsync(HttpMethod.Get, null, cancellationToken).ConfigureAwait(false);
        var patch = new JsonArray(Operation("test", "/metadata/resourceVersion", configuration.RootElement.Field("metadata").Text("resourceVersion")));
        var number = 0;
        foreach (var webhook in configuration.RootElement.Items("webhooks"))
        {
            var had = webhook.Field("clientConfig").Text("caBundle");
            var wanted = CaBundle.With(had, authority, before, time.GetUtcNow());
            if (wanted != had)
            {
                patch.Add(Operation("add", FormattableString.Invariant($"/webhooks/{number}/clientConfig/caBundle"), wanted));
            }

            number++;
        }

        if (patch.Count == 1)
        {
            return false;
        }

        using var content = new StringContent(patch.ToJsonString(JsonSerializerOptions.Default), Encoding.UTF8, "application/json-patch+json");
        using var written = await SendAsync(HttpMethod.Patch, content, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static string? HostOf(JsonElement webhook)
    {
        var client = webhook.Field("clientConfig");
        if (client.Field("service") is { ValueKind: JsonValueKind.Object } service)
        {
            return $"{service.Text("name")}.{service.Text("namespace")}.svc";
        }

        return Uri.TryCreate(client.Text("url"), UriKind.Absolute, out var url) ? url.Host.Trim('[', ']') : null;
    }

    private static JsonObject Operation(string operation, string at, string? value) => new() { ["op"] = operation, ["path"] = at, ["value"] = value };

    private async Task<JsonDocument> SendAsync(HttpMethod method, HttpContent? content, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await api.SendAsync(method, content is null ? path : path + "?fieldManager=guardrail", content, both.Token).ConfigureAwait(false);
    }
}
