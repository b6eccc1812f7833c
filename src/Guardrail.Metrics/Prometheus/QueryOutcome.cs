using Guardrail.Metrics.Observing;

namespace Guardrail.Metrics.Prometheus;

/// <summary>How one query ended. Closed.</summary>
internal abstract record QueryOutcome
{
    private QueryOutcome()
    {
    }

    /// <summary>The data is with the sink.</summary>
    /// <param name="AskedAt">Half-way between the question and the first byte of the answer, on our clock.</param>
    /// <param name="Duration">From the question to the last byte parsed.</param>
    /// <param name="Bytes">Size of the answer after decompression.</param>
    public sealed record Answered(DateTimeOffset AskedAt, TimeSpan Duration, long Bytes) : QueryOutcome;

    /// <summary>There is no data.</summary>
    /// <param name="Kind">Kind of the fault.</param>
    /// <param name="Reason">One sentence for people.</param>
    /// <param name="RetryAfter">How long the server asked to be left alone, if it did.</param>
    public sealed record Faulted(FaultKind Kind, string Reason, TimeSpan? RetryAfter = null) : QueryOutcome
    {
        /// <summary>Whether the same query may succeed a moment later.</summary>
        public bool Transient =>
            Kind is FaultKind.Unreachable or FaultKind.TimedOut or FaultKind.Throttled or FaultKind.ServerError or FaultKind.Truncated;
    }
}
