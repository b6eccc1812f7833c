using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Guardrail.Kubernetes.Connection;

/// <summary>
/// Sends requests over KubernetesClient's connection (its TLS and credentials) and hands back raw JSON: templates written back must keep
/// fields that this client's models do not know, and watches need their own reading (410, limits, dead connections).
/// </summary>
public sealed class ApiClient
{
    private const int ErrorLimit = 64 * 1024;
    private const long BodyLimit = 256L * 1024 * 1024;
    private readonly k8s.Kubernetes client;
    private readonly string? tlsServerName;

    internal ApiClient(k8s.Kubernetes client, string? tlsServerName) => (this.client, this.tlsServerName) = (client, tlsServerName);

    /// <summary>Sends a request and reads the JSON it is answered with, at most 256 MB.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="pathAndQuery">Path below the server's address, without leading slash.</param>
    /// <param name="content">Body, or null.</param>
    /// <param name="cancellationToken">Ends the request; time limits are the caller's.</param>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    /// <exception cref="HttpRequestException">The server could not be reached, or the connection broke.</exception>
    /// <exception cref="JsonException">The answer is no JSON.</exception>
    public async Task<JsonDocument> SendAsync(HttpMethod method, string pathAndQuery, HttpContent? content,
        CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(method, pathAndQuery, content, cancellationToken);
        await response.Content.LoadIntoBufferAsync(BodyLimit, cancellationToken);
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
    }

    /// <summary>Sends a request of which only matters whether it was taken.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="pathAndQuery">Path below the server's address, without leading slash.</param>
    /// <param name="content">Body; its headers are sent along.</param>
    /// <param name="cancellationToken">Ends the request; time limits are the caller's.</param>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    /// <exception cref="HttpRequestException">The server could not be reached.</exception>
    public async Task DeliverAsync(HttpMethod method, string pathAndQuery, HttpContent content, CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(method, pathAndQuery, content, cancellationToken);
    }

    /// <summary>Sends a request and hands back the answer as soon as its headers are there; the caller disposes it.</summary>
    /// <exception cref="ApiException">The server answered with an error.</exception>
    /// <exception cref="HttpRequestException">The server could not be reached.</exception>
    internal async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string pathAndQuery, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseUri, pathAndQuery))
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (!string.IsNullOrWhiteSpace(tlsServerName))
        {
            request.Headers.Host = tlsServerName;
        }

        if (client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        var response = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ReadErrorAsync(response, cancellationToken);
        }
    }

    private static async Task<ApiException> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var code = (int)response.StatusCode;
        var retryAfter = response.Headers.RetryAfter?.Delta;
        var body = await ReadTextAsync(response, cancellationToken);
        try
        {
            using var status = JsonDocument.Parse(body);
            return ApiException.FromStatus(status.RootElement, code, retryAfter);
        }
        catch (JsonException)
        {
            // 429 of priority and fairness, unknown groups' 404 and every proxy in between answer in plain text.
            var text = body.Trim() is { Length: > 0 } trimmed ? trimmed[..Math.Min(trimmed.Length, 300)] : response.ReasonPhrase;
            return new ApiException(code, string.Create(CultureInfo.InvariantCulture, $"HTTP {code} {text}").Trim(), null, retryAfter);
        }
    }

    private static async Task<string> ReadTextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[ErrorLimit];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
