using Prometheus;

namespace Guardrail.Daemon.Telemetry;

/// <summary>
/// Turns the instruments into Prometheus exposition. The only place that knows the exporter library (docs/decisions/0004).
/// </summary>
public sealed class PrometheusExposition : IDisposable
{
    private readonly CollectorRegistry registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly IDisposable adapter;

    /// <summary>Begins to listen to the daemon's meter.</summary>
    public PrometheusExposition() => adapter = MeterAdapter.StartListening(new MeterAdapterOptions
    {
        Registry = registry,
        MetricFactory = Prometheus.Metrics.WithCustomRegistry(registry),
        ResolveHistogramBuckets = _ => [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
        InstrumentFilterPredicate = instrument => instrument.Meter.Name == GuardrailInstruments.MeterName,
    });

    /// <summary>Media type of what <see cref="WriteAsync"/> writes.</summary>
    public static string ContentType => "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all instruments as exposition text.</summary>
    public Task WriteAsync(Stream destination, CancellationToken cancellationToken) =>
        registry.CollectAndExportAsTextAsync(destination, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => adapter.Dispose();
}
