using System.Net;

namespace Guardrail.Metrics.Http;

/// <summary>
/// Makes the HTTP clients the sources expect: no redirects, no cookies, no time limit of their own (the sources have theirs), connections
/// renewed so that changes of DNS are followed.
/// </summary>
public static class MetricHttp
{
    /// <summary>A handler for the innermost end of a client's chain; put credentials into a handler around it.</summary>
    public static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 32,
    };

    /// <summary>A client over <paramref name="handler"/>, which it owns.</summary>
    public static HttpClient NewClient(HttpMessageHandler handler) =>
        new(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
}
