using Prometheus;

namespace Guardrail.Daemon.Telemetry;

/// <summary>
/// Turns the instruments into Prometheus exposition. The only place that knows the exporter library (docs/decisions/0004).
/// </summary>
public sealed class PrometheusExposition : IDisposable
{
    private readonly CollectorRegistry registry = Metrics.NewCustomRegistry();
    private readonly IDisposable adapter;

    /// <summary>Begins to listen to the daemon's meter.</summary>
    public PrometheusExposition() => adapter = MeterAdapter.StartListening(new MeterAdapterOptions
    {
        Registry = registry,
        MetricFactory = Metrics.WithCustomRegistry(registry),
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
