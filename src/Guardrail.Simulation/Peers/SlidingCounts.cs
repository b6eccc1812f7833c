namespace Guardrail.Simulation.Peers;

/// <summary>
/// Requests, errors and slow requests of one arm over the last so many seconds, as a Prometheus range selector sees them: the
/// ticks that lie wholly inside the window. In a ratio of two rates over the same series the extrapolation cancels, so counts do.
/// </summary>
/// <param name="seconds">Length of the window, above 0; <see cref="double.PositiveInfinity"/> keeps everything.</param>
public sealed class SlidingCounts(double seconds)
{
    private readonly Queue<Entry> entries = new();
    private readonly Stack<long[]> spare = new();
    private long[] slower = [];

    /// <summary>Requests in the window.</summary>
    public long Requests { get; private set; }

    /// <summary>Errors in the window.</summary>
    public long Errors { get; private set; }

    /// <summary>Pods' readings in the window; 0 means that the series are not there.</summary>
    public long Readings { get; private set; }

    /// <summary>Requests in the window slower than each edge; empty when latency is not measured.</summary>
    public ReadOnlySpan<long> Slower => slower;

    /// <summary>Share of requests in the window that succeeded; NaN when there were none, as 0/0 is in PromQL.</summary>
    public double SuccessRatio => Requests == 0 ? double.NaN : (double)(Requests - Errors) / Requests;

    /// <summary>Takes in a tick and drops those that have left the window.</summary>
    /// <param name="end">Seconds to the end of the tick.</param>
    /// <param name="length">Seconds the tick lasted.</param>
    /// <param name="arm">The arm's counts.</param>
    public void Add(double end, double length, in ArmTick arm)
    {
        if (arm.Slower.Length > slower.Length)
        {
            Array.Resize(ref slower, arm.Slower.Length);
        }

        var copy = Rent(arm.Slower);
        entries.Enqueue(new(end - length, arm.Requests, arm.Errors, arm.Pods, copy));
        Requests += arm.Requests;
        Errors += arm.Errors;
        Readings += arm.Pods;
        for (var i = 0; i < copy.Length; i++)
        {
            slower[i] += copy[i];
        }

        // A thousandth of a second absorbs rounding of tick times, no more.
        while (entries.Count > 0 && entries.Peek().Start < end - seconds - 0.001)
        {
            Drop(entries.Dequeue());
        }
    }

    /// <summary>Forgets every tick.</summary>
    public void Clear()
    {
        while (entries.Count > 0)
        {
            Drop(entries.Dequeue());
        }
    }

    private long[] Rent(ReadOnlySpan<long> counts)
    {
        if (counts.IsEmpty)
        {
            return [];
        }

        var copy = spare.Count > 0 && spare.Peek().Length == counts.Length ? spare.Pop() : new long[counts.Length];
        counts.CopyTo(copy);
        return copy;
    }

    private void Drop(Entry entry)
    {
        Requests -= entry.Requests;
        Errors -= entry.Errors;
        Readings -= entry.Pods;
        for (var i = 0; i < entry.Slower.Length; i++)
        {
            slower[i] -= entry.Slower[i];
        }

        if (entry.Slower.Length > 0)
        {
            spare.Push(entry.Slower);
        }
    }

    private readonly record struct Entry(double Start, long Requests, long Errors, int Pods, long[] Slower);
}
