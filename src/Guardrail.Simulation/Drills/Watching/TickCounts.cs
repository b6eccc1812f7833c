namespace Guardrail.Simulation.Drills;

/// <summary>What was counted of a service in one tick, as a monitoring system counts it.</summary>
/// <param name="Seconds">Length of the tick.</param>
/// <param name="Requests">Requests answered.</param>
/// <param name="Errors">Of them, answered 5xx.</param>
/// <param name="Orders">Orders.</param>
/// <param name="Restarts">Container restarts.</param>
/// <param name="Slower">Of the requests, slower than each edge; empty when that is not measured.</param>
internal readonly record struct TickCounts(double Seconds, long Requests, long Errors, long Orders, int Restarts, long[] Slower)
{
    /// <summary>Share of errors; null without requests.</summary>
    public double? ErrorShare => Requests == 0 ? null : (double)Errors / Requests;

    /// <summary>Requests per second; 0 for no time.</summary>
    public double Rate => Seconds == 0 ? 0 : Requests / Seconds;

    /// <summary>Orders per minute; 0 for no time.</summary>
    public double OrderRate => Seconds == 0 ? 0 : Orders * 60 / Seconds;

    /// <summary>95th percentile of durations in seconds; null when it is not known.</summary>
    public double? P95(ReadOnlySpan<double> edges) =>
        Peers.HistogramQuantile.Of(0.95, edges, Requests, Slower) is var value && double.IsNaN(value) ? null : value;

    public static TickCounts operator +(TickCounts one, TickCounts other) => new(
        one.Seconds + other.Seconds, one.Requests + other.Requests, one.Errors + other.Errors, one.Orders + other.Orders, one.Restarts + other.Restarts,
        one.Slower is not { Length: > 0 } ? other.Slower
        : other.Slower is not { Length: > 0 } ? one.Slower
        : [.. one.Slower.Zip(other.Slower, (a, b) => a + b)]);
}
