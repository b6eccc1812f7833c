using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Guardrail.Kubernetes.Connection;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Guardrail.Kubernetes.Tests.Watching;

/// <summary>An API server on loopback that gives the answers it was told to give, one per request, and then hangs.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> script = new();
    private readonly Channel<string> requests = Channel.CreateUnbounded<string>();
    private readonly WebApplication application;

    private ScriptedServer(WebApplication application) => this.application = application;

    public KubernetesConnection Connection { get; private set; } = null!;

    public List<(string Method, string Path, string ContentType, string Body)> Received { get; } = [];

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var server = new ScriptedServer(application);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        server.Connection = KubernetesConnection.Create(new KubernetesClientConfiguration { Host = application.Urls.Single() }, "a test");
        return server;
    }

    /// <summary>The next request's path and query.</summary>
    public ValueTask<string> RequestAsync() => requests.Reader.ReadAsync();

    /// <summary>How many requests came that nobody has waited for.</summary>
    public int Waiting => requests.Reader.Count;

    public ScriptedServer Then(Func<HttpContext, Task> answer)
    {
        script.Enqueue(answer);
        return this;
    }

    /// <summary>Answers with a status and a body, a Status object as a rule.</summary>
    public ScriptedServer ThenStatus(int code, string body, string contentType = "application/json", string? retryAfter = null) => Then(
        async context =>
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.Headers.RetryAfter = retryAfter;
        await context.Response.WriteAsync(body);
    });

    public ScriptedServer ThenList(string version, string? next, params string[] names) => ThenStatus(200, JsonSerializer.Serialize(new
    {
        kind = "List",
        metadata = new { resourceVersion = version, @continue = next ?? "" },
        items = names.Select(name => new { metadata = new { name, resourceVersion = version } }),
    }));

    /// <summary>Answers a watch with lines, then ends as told.</summary>
    public ScriptedServer ThenWatch(Ending ending, params string[] lines) => Then(async context =>
    {
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
        foreach (var line in lines)
        {
            await context.Response.WriteAsync(line + (ending == Ending.WithinTheLastLine && line == lines[^1] ? "" : "\n"));
            await context.Response.Body.FlushAsync();
        }

        switch (ending)
        {
            case Ending.Reset:
                context.Abort();
                break;
            case Ending.Never:
                await Hang(context);
                break;
        }
    });

    public static string Event(string type, string name, string version) =>
        JsonSerializer.Serialize(new { type, @object = new { kind = "Thing", metadata = new { name, resourceVersion = version } } });

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await application.StopAsync(now.Token);
        await application.DisposeAsync();
    }

    private static async Task Hang(HttpContext context)
    {
        var aborted = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        var path = context.Request.Path + Uri.UnescapeDataString(context.Request.QueryString.Value ?? "");
        lock (Received)
        {
            Received.Add((context.Request.Method, path, context.Request.ContentType ?? "", ""));
        }

        var text = await body.ReadToEndAsync();
        lock (Received)
        {
            Received[^1] = Received[^1] with { Body = text };
        }

        requests.Writer.TryWrite(path);
        await (script.TryDequeue(out var answer) ? answer(context) : Hang(context));
    }
}

/// <summary>How a scripted watch ends.</summary>
internal enum Ending
{
    Normally,
    WithinTheLastLine,
    Reset,
    Never,
}
