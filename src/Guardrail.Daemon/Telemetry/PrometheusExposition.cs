using Prometheus;

namespace Guardrail.Daemon.Telemetry;

/// <summary>
/// Turns the instruments into Prometheus exposition. The only place that knows the exporter library (docs/decisions/0004).
/// </summary>
public sealed class PrometheusExposition : IDisposable
{
    /// <summary>
    /// How long a counter is kept that does not count, the longest that the library allows: one that comes back as 1 has not increased, for whoever reads
    /// it. Those that alerts look at are renewed with each scrape (<see cref="GuardrailInstruments"/>).
    /// </summary>
    private static readonly TimeSpan CounterLife = TimeSpan.FromDays(1);

    /// <summary>How long a gauge is kept that is not observed any more, such as that of a rollout that is over; it is observed with every scrape.</summary>
    private static readonly TimeSpan GaugeLife = TimeSpan.FromSeconds(20);

    private readonly CollectorRegistry registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly IDisposable[] adapters;

    /// <summary>Begins to listen to the daemon's meter.</summary>
    public PrometheusExposition() => adapters = [Listen(observed: false, CounterLife), Listen(observed: true, GaugeLife)];

    /// <summary>Media type of what <see cref="WriteAsync"/> writes.</summary>
    public static string ContentType => "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all instruments as exposition text.</summary>
    public Task WriteAsync(Stream destination, CancellationToken cancellationToken) =>
        registry.CollectAndExportAsTextAsync(destination, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var adapter in adapters)
        {
            adapter.Dispose();
        }
    }

    private IDisposable Listen(bool observed, TimeSpan life) => MeterAdapter.StartListening(new MeterAdapterOptions
    {
        Registry = registry,
        MetricFactory = Prometheus.Metrics.WithCustomRegistry(registry),
        MetricsExpireAfter = life,
        ResolveHistogramBuckets = _ => [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
        InstrumentFilterPredicate = instrument => instrument.Meter.Name == GuardrailInstruments.MeterName && instrument.IsObservable == observed,
    });
}
