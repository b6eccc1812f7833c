using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Forwards what is below <c>pods/{name}/proxy</c> to the pod. Upgrades of the connection and rewriting of pages are left out.</summary>
internal sealed class PodProxy(ObjectStore store)
{
    /// <summary>The largest body that is forwarded, in bytes.</summary>
    private const int Limit = 4 * 1024 * 1024;

    /// <summary>What belongs to one connection, to this server, or is made anew.</summary>
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Connection", "Content-Length", "Host", "Impersonate-Group", "Impersonate-Uid", "Impersonate-User", "Keep-Alive",
        "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        UseCookies = false,
        UseProxy = false,
    });

    /// <summary>503: the pod does not answer.</summary>
    public static ApiException Unreachable(string why) => new(503, "ServiceUnavailable", "error trying to reach service: " + why);

    /// <summary>Forwards a request and its answer.</summary>
    /// <exception cref="ApiException">It cannot be forwarded.</exception>
    public async Task ForwardAsync(HttpContext call, RequestPath path, CancellationToken cancellationToken)
    {
        var pod = PodAddress.Of(path.Name!, name => (JsonObject)store.GetStored(ResourceTypes.Pods, path.Namespace, name).Json);
        var below = Below(call.Request.Path.Value!);
        if (below.Length == 0 && call.Request.Method is "GET" or "HEAD")
        {
            call.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            call.Response.Headers.Location = call.Request.Path.ToUriComponent() + "/" + call.Request.QueryString;
            return;
        }

        var body = await RequestBody.ReadAsync(call.Request, cancellationToken, Limit);
        using var request = Request(call.Request, pod.UriOf(new PathString(below.Length == 0 ? "/" : below).ToUriComponent() + call.Request.QueryString), body);
        using var answer = await SendAsync(request, pod, cancellationToken);
        call.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => !Kept.Contains(h.Key)))
        {
            call.Response.Headers[name] = values.ToArray();
        }

        await answer.Content.CopyToAsync(call.Response.Body, cancellationToken);
    }

    /// <summary>What follows <c>/api/v1/namespaces/{namespace}/pods/{name}/proxy</c>.</summary>
    private static string Below(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 7 ? path.EndsWith('/') ? "/" : ""
            : "/" + string.Join('/', parts[7..]) + (path.EndsWith('/') ? "/" : "");
    }

    private static HttpRequestMessage Request(HttpRequest from, Uri uri, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), uri) { Content = body.Length == 0 ? null : new ByteArrayContent(body) };
        foreach (var (name, values) in from.Headers.Where(h => !Kept.Contains(h.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. values]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
            }
        }

        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, PodAddress pod, CancellationToken cancellationToken)
    {
        try
        {
            return await Http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException fault)
        {
            throw Unreachable((fault.InnerException as SocketException)?.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => $"dial tcp {pod}: connect: connection refused",
                SocketError.HostUnreachable => $"dial tcp {pod}: connect: no route to host",
                SocketError.NetworkUnreachable => $"dial tcp {pod}: connect: network is unreachable",
                SocketError.TimedOut => $"dial tcp {pod}: i/o timeout",
                _ => "EOF",
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable($"dial tcp {pod}: i/o timeout");
        }
    }
}
