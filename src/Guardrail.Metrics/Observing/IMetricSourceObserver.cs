namespace Guardrail.Metrics.Observing;

/// <summary>
/// Told of everything a metric source does, so that a host can turn it into instruments and logs; the sources themselves log nothing.
/// Called on the reading thread: implementations return at once and do not throw.
/// </summary>
public interface IMetricSourceObserver
{
    /// <summary>Something happened.</summary>
    /// <param name="occurrence">What happened.</param>
    void Observe(MetricSourceEvent occurrence);
}
