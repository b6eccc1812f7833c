namespace Guardrail.Metrics.Observing;

/// <summary>Used where nobody listens.</summary>
internal sealed class SilentObserver : IMetricSourceObserver
{
    public static SilentObserver Instance { get; } = new();

    public void Observe(MetricSourceEvent occurrence)
    {
    }
}
