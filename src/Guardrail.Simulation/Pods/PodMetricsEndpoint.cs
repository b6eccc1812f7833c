using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Simulation.Pods;

/// <summary>
/// Serves the metrics of all pods on one loopback port, each under <c>/pods/{namespace}/{pod}/metrics</c>, and a list of them in
/// Prometheus' http_sd format under <c>/targets</c>.
/// </summary>
public sealed class PodMetricsEndpoint : IAsyncDisposable
{
    private const string TextType = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private readonly WebApplication app;

    private PodMetricsEndpoint(WebApplication app, Uri address) => (this.app, Address) = (app, address);

    /// <summary>Where it listens: <c>http://127.0.0.1:port/</c>.</summary>
    public Uri Address { get; }

    /// <summary>The list of targets for Prometheus' <c>http_sd_configs</c>.</summary>
    public Uri TargetsUri => new(Address, "targets");

    /// <summary>Starts to serve.</summary>
    /// <param name="metrics">Where the metrics come from.</param>
    /// <param name="port">Port on the loopback interface; 0 takes a free one.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<PodMetricsEndpoint> StartAsync(IPodMetrics metrics, int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        var app = builder.Build();
        app.Run(call => AnswerAsync(call, metrics));
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new PodMetricsEndpoint(app, new Uri(address));
    }

    /// <summary>Path of a pod's metrics, as the annotation prometheus.io/path has it.</summary>
    /// <param name="namespace">Namespace of the pod.</param>
    /// <param name="pod">Name of the pod.</param>
    public static string PathOf(string @namespace, string pod) => $"/pods/{@namespace}/{pod}/metrics";

    /// <summary>Stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static Task AnswerAsync(HttpContext call, IPodMetrics metrics)
    {
        var parts = (call.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["targets"] => WriteAsync(call, Targets(call, metrics), "application/json"),
            ["pods", var ns, var pod, "metrics"] => ScrapeAsync(call, metrics, ns, pod),
            _ => FailAsync(call, 404, "Metrics are under /pods/{namespace}/{pod}/metrics, the list of pods under /targets."),
        };
    }

    private static Task ScrapeAsync(HttpContext call, IPodMetrics metrics, string ns, string pod)
    {
        var open = call.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.Ordinal);
        var text = metrics.Scrape(ns, pod, open ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text);
        return text is null
            ? FailAsync(call, 503, $"No process of pod {ns}/{pod} answers.")
            : WriteAsync(call, text, open ? OpenMetricsType : TextType);
    }

    private static string Targets(HttpContext call, IPodMetrics metrics)
    {
        var list = new JsonArray();
        foreach (var target in metrics.Targets)
        {
            list.Add(new JsonObject
            {
                ["targets"] = new JsonArray(call.Request.Host.Value),
                ["labels"] = new JsonObject
                {
                    ["__metrics_path__"] = PathOf(target.Namespace, target.Pod),
                    ["namespace"] = target.Namespace,
                    ["pod"] = target.Pod,
                    ["service"] = target.Service,
                },
            });
        }

        return list.ToJsonString();
    }

    private static Task FailAsync(HttpContext call, int code, string message)
    {
        call.Response.StatusCode = code;
        return WriteAsync(call, message + "\n", "text/plain; charset=utf-8");
    }

    private static async Task WriteAsync(HttpContext call, string text, string type)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        call.Response.ContentType = type;
        if (call.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            call.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(call.Response.Body, CompressionLevel.Fastest);
            await zip.WriteAsync(bytes, call.RequestAborted);
            return;
        }

        call.Response.ContentLength = bytes.Length;
        await call.Response.Body.WriteAsync(bytes, call.RequestAborted);
    }

    /// <summary>The host does not listen for signals: the process around it does.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
