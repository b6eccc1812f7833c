using System.Collections.Concurrent;
using Guardrail.Metrics.Observing;

namespace Guardrail.Metrics.Tests;

internal sealed class RecordingObserver : IMetricSourceObserver
{
    private readonly ConcurrentQueue<MetricSourceEvent> events = new();

    public IEnumerable<FaultKind> Faults => events.OfType<MetricSourceEvent.Faulted>().Select(static fault => fault.Kind);

    public IEnumerable<T> All<T>()
        where T : MetricSourceEvent => events.OfType<T>();

    public void Observe(MetricSourceEvent occurrence) => events.Enqueue(occurrence);
}
