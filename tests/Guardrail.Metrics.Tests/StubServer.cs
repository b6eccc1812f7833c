using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Guardrail.Metrics.Http;

namespace Guardrail.Metrics.Tests;

/// <summary>Answers requests from a function and keeps what was asked.</summary>
internal sealed class StubServer(Func<HttpRequestMessage, string, CancellationToken, Task<HttpResponseMessage>> answer)
{
    private readonly Lock gate = new();

    public List<string> Bodies { get; } = [];

    public static StubServer Always(Func<HttpResponseMessage> answer) => new((_, _, _) => Task.FromResult(answer()));

    /// <summary>Answers by what is asked: the body (of a form, decoded) and the URL.</summary>
    public static StubServer By(Func<string, HttpResponseMessage> answer) => new((_, body, _) => Task.FromResult(answer(body)));

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        Content(body, "application/json", status);

    public static HttpResponseMessage Content(string body, string type, HttpStatusCode status = HttpStatusCode.OK) =>
        Content(Encoding.UTF8.GetBytes(body), type, status);

    public static HttpResponseMessage Content(byte[] body, string type, HttpStatusCode status = HttpStatusCode.OK) => new(status)
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } },
    };

    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler.")]
    public HttpClient Client() => MetricHttp.NewClient(new Handler(this));

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? string.Empty
            : WebUtility.UrlDecode(await request.Content.ReadAsStringAsync(cancellationToken));
        lock (gate)
        {
            Bodies.Add(request.Method + " " + request.RequestUri + " " + body);
        }

        var response = await answer(request, body, cancellationToken);
        response.RequestMessage ??= request;
        return response;
    }

    private sealed class Handler(StubServer server) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            server.AnswerAsync(request, cancellationToken);
    }
}
