using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Metrics.Observing;

/// <summary>What happened in a metric source. Closed.</summary>
public abstract record MetricSourceEvent
{
    private MetricSourceEvent()
    {
    }

    /// <summary>A query was answered with data.</summary>
    /// <param name="Query">Metric that was asked for.</param>
    /// <param name="Duration">From the first byte sent to the last one parsed, retries left out.</param>
    /// <param name="Series">Series that came.</param>
    /// <param name="Bytes">Size of the answer's body after decompression.</param>
    public sealed record QueryAnswered(string Query, TimeSpan Duration, int Series, long Bytes) : MetricSourceEvent;

    /// <summary>A query or a scrape failed; a failed query that will be tried again is told too.</summary>
    /// <param name="Kind">What kind of fault.</param>
    /// <param name="Reason">The fault in one sentence for people.</param>
    public sealed record Faulted(FaultKind Kind, string Reason) : MetricSourceEvent;

    /// <summary>A pod's metrics page was read.</summary>
    /// <param name="Pod">The pod.</param>
    /// <param name="Duration">From the request to the last line parsed.</param>
    /// <param name="Bytes">Size of the page after decompression.</param>
    public sealed record PodScraped(PodId Pod, TimeSpan Duration, long Bytes) : MetricSourceEvent;

    /// <summary>Some pods of a signal could not be read, though the source answered.</summary>
    /// <param name="Signal">The signal.</param>
    /// <param name="Count">How many pods, at least 1.</param>
    /// <param name="CommonestReason">The reason that most of them share.</param>
    public sealed record PodsUnread(SignalId Signal, int Count, string CommonestReason) : MetricSourceEvent;

    /// <summary>The source's clock and ours differ by more than the option allows. Readings keep the source's time.</summary>
    /// <param name="Skew">The source's clock minus ours; exact to half a round trip.</param>
    public sealed record ClockSkewed(TimeSpan Skew) : MetricSourceEvent;

    /// <summary>After repeated faults the source is left alone for a while.</summary>
    /// <param name="For">How long.</param>
    public sealed record CircuitOpened(TimeSpan For) : MetricSourceEvent;

    /// <summary>The source answers again.</summary>
    public sealed record CircuitClosed : MetricSourceEvent;
}
