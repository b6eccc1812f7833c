using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.Pods;

/// <summary>
/// Serves the metrics of all pods on one loopback port, each under <c>/pods/{namespace}/{pod}/metrics</c>, and a list of them in
/// Prometheus' http_sd format under <c>/targets</c>.
/// </summary>
public sealed class PodMetricsEndpoint : IAsyncDisposable
{
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private readonly SmallServer server;

    private PodMetricsEndpoint(SmallServer server) => this.server = server;

    /// <summary>Where it listens: <c>http://127.0.0.1:port/</c>.</summary>
    public Uri Address => server.Address;

    /// <summary>The list of targets for Prometheus' <c>http_sd_configs</c>.</summary>
    public Uri TargetsUri => new(Address, "targets");

    /// <summary>Starts to serve.</summary>
    /// <param name="metrics">Where the metrics come from.</param>
    /// <param name="port">Port on the loopback interface; 0 takes a free one.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<PodMetricsEndpoint> StartAsync(IPodMetrics metrics, int port, CancellationToken cancellationToken) =>
        new(await SmallServer.StartAsync(new IPEndPoint(IPAddress.Loopback, port), call => AnswerAsync(call, metrics), cancellationToken));

    /// <summary>Path of a pod's metrics, as the annotation prometheus.io/path has it.</summary>
    /// <param name="namespace">Namespace of the pod.</param>
    /// <param name="pod">Name of the pod.</param>
    public static string PathOf(string @namespace, string pod) => $"/pods/{@namespace}/{pod}/metrics";

    /// <summary>Stops serving.</summary>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static Task AnswerAsync(HttpContext call, IPodMetrics metrics)
    {
        var parts = (call.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["targets"] => TextAnswer.WriteAsync(call, Targets(call, metrics), "application/json"),
            ["pods", var ns, var pod, "metrics"] => ScrapeAsync(call, metrics, ns, pod),
            _ => TextAnswer.SayAsync(call, 404, "Metrics are under /pods/{namespace}/{pod}/metrics, the list of pods under /targets."),
        };
    }

    private static Task ScrapeAsync(HttpContext call, IPodMetrics metrics, string ns, string pod)
    {
        var open = call.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.Ordinal);
        var text = metrics.Scrape(ns, pod, open ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text);
        return text is null
            ? TextAnswer.SayAsync(call, 503, $"No process of pod {ns}/{pod} answers.")
            : TextAnswer.WriteAsync(call, text, open ? OpenMetricsType : TextAnswer.MetricsType);
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
}
