using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Guardrail.Testing.Prometheus;

/// <summary>
/// Pods on one loopback port, each with a metrics page under <c>/{pod}/metrics</c>. Every time a page is served, the pod has answered one
/// more
/// request, so that a counter's value names the scrape it came from.
/// </summary>
public sealed class CountingPods : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, PodCounter> pods = new(StringComparer.Ordinal);

    private CountingPods(WebApplication app) => this.app = app;

    /// <summary>A pod takes one order in so many requests.</summary>
    public const long RequestsPerOrder = 20;

    /// <summary>Base address.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>Starts serving.</summary>
    /// <param name="names">Names of the pods.</param>
    public static async Task<CountingPods> StartAsync(params string[] names)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var made = new CountingPods(builder.Build());
        foreach (var name in names)
        {
            made.pods[name] = new PodCounter();
        }

        made.app.MapGet("/{pod}/metrics", (string pod) => Results.Text(made.pods[pod].Serve(), "text/plain; version=0.0.4"));
        await made.app.StartAsync();
        return made;
    }

    /// <summary>A scrape job for all pods, for <see cref="RealPrometheus.StartAsync"/>.</summary>
    /// <param name="job">Name of the job.</param>
    /// <param name="interval">Distance of scrapes, such as <c>1s</c>.</param>
    public string Job(string job, string interval) =>
        $"- job_name: {job}\n  scrape_interval: {interval}\n  scrape_timeout: {interval}\n  static_configs:\n" +
        string.Concat(pods.Keys.Order(StringComparer.Ordinal).Select(pod =>
            $"  - targets: ['{Address.Authority}']\n    labels: {{__metrics_path__: /{pod}/metrics, namespace: shop, pod: {pod}}}\n"));

    /// <summary>When the page with this total was served; null when it never was.</summary>
    public DateTimeOffset? ServedAt(string pod, long total) => pods[pod].ServedAt(total);

    /// <summary>Lets a pod's counters begin at zero again, as a restarted process does.</summary>
    public void Restart(string pod) => pods[pod].Restart();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class PodCounter
    {
        private readonly Lock gate = new();
        private readonly Dictionary<long, DateTimeOffset> served = [];
        private long total = 100;

        public string Serve()
        {
            lock (gate)
            {
                total++;
                served[total] = TimeProvider.System.GetUtcNow();
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    # TYPE http_requests_total counter
                    http_requests_total{"{"}code="200"{"}"} {total - (total / 10)}
                    http_requests_total{"{"}code="503"{"}"} {total / 10}
                    # TYPE http_request_duration_seconds histogram
                    http_request_duration_seconds_bucket{"{"}le="0.1"{"}"} {total / 2}
                    http_request_duration_seconds_bucket{"{"}le="1"{"}"} {total - 1}
                    http_request_duration_seconds_bucket{"{"}le="+Inf"{"}"} {total}
                    # TYPE orders_total counter
                    {Orders()}
                    """);
            }
        }

        /// <summary>Not there before the first order, as a counter with labels usually is; blank lines are allowed.</summary>
        private string Orders() => total < RequestsPerOrder
            ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $"orders_total{{method=\"card\"}} {total / RequestsPerOrder}\n");

        public DateTimeOffset? ServedAt(long value)
        {
            lock (gate)
            {
                return served.TryGetValue(value, out var at) ? at : null;
            }
        }

        public void Restart()
        {
            lock (gate)
            {
                total = 0;
            }
        }
    }
}
