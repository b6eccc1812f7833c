using System.Collections.Immutable;
using Guardrail.Engine.Observations;

namespace Guardrail.Engine.Counting;

/// <summary>
/// The last raw counters of one pod and what was added since the open tick began. A counter that went down means that the pod's process
/// started anew: what it shows was counted since then.
/// </summary>
internal sealed class PodCounters
{
    private readonly int slot;
    private long[] last = [];
    private long[] pending = [];

    public PodCounters(int slot) => this.slot = slot;

    /// <summary>Small number that stands for the pod within its ledger.</summary>
    public int Slot => slot;

    /// <summary>Time of the newest scrape taken over; null before the first.</summary>
    public DateTimeOffset? At { get; private set; }

    /// <summary>Time of the scrape from which <see cref="Pending"/> counts.</summary>
    public DateTimeOffset PendingFrom { get; private set; }

    /// <summary>Distance between the two newest scrapes.</summary>
    public TimeSpan Interval { get; private set; }

    /// <summary>Whether the open tick waits for this pod.</summary>
    public bool Expected { get; private set; }

    /// <summary>Whether any scrape came in since the open tick began.</summary>
    private bool Heard { get; set; }

    /// <summary>Whether a newer scrape came in since the open tick began.</summary>
    public bool Advanced { get; private set; }

    /// <summary>Counts since <see cref="PendingFrom"/>, stratum by stratum: total, then one per event.</summary>
    public ReadOnlySpan<long> Pending => pending;

    /// <summary>Time that <see cref="Pending"/> covers, in milliseconds.</summary>
    public long Milliseconds => At is { } at && at > PendingFrom ? (long)(at - PendingFrom).TotalMilliseconds : 0;

    /// <summary>Requests in <see cref="Pending"/>, over all strata.</summary>
    /// <param name="width">Longs per stratum.</param>
    public long RequestsOf(int width)
    {
        long sum = 0;
        for (var at = 0; at < pending.Length; at += width)
        {
            sum += pending[at];
        }

        return sum;
    }

    /// <summary>
    /// Takes over a scrape; the same or an older one again changes nothing. One that is older by its time and yet counted more is new: the clock
    /// was set back.
    /// </summary>
    /// <param name="reading">The scrape.</param>
    /// <param name="strata">Numbers of the strata.</param>
    /// <param name="width">Longs per stratum.</param>
    /// <param name="bornAt">When the pod was made, if that was so lately that its first scrape tells all it ever counted; else null.</param>
    public void Read(PodReading reading, StrataIndex strata, int width, DateTimeOffset? bornAt = null)
    {
        if (At is null && bornAt is { } born && born < reading.At)
        {
            // A counter begins at zero with its process: the first scrape of a pod just made is a difference already.
            At = born;
        }

        var first = At is null;
        var change = first ? Change.Grown : Compare(reading.Series, strata, width);
        if (At is { } seen && (reading.At == seen || (reading.At < seen && change != Change.Grown)))
        {
            return;
        }

        Interval = first || reading.At < At!.Value ? TimeSpan.Zero : reading.At - At.Value;
        if (!first && !Advanced)
        {
            PendingFrom = At!.Value < reading.At ? At.Value : reading.At;
        }

        var restarted = change == Change.Restarted;
        if (restarted)
        {
            // What the new process does not show yet, it counts from zero.
            last.AsSpan().Clear();
        }

        foreach (var series in reading.Series)
        {
            Take(series, strata.IndexOf(series.Stratum) * width, width, first);
        }

        (At, Advanced, Heard) = (reading.At, !first, true);
    }

    /// <summary>The next tick waits for this pod if it has been heard of.</summary>
    public void Expect() => (Expected, Heard) = (Expected || Heard, false);

    /// <summary>Begins the next tick.</summary>
    public void BeginTick()
    {
        pending.AsSpan().Clear();
        (Expected, Heard, Advanced) = (Heard, false, false);
    }

    /// <summary>Forgets the raw values, so that the next scrape is taken as the first (the counters' shape has changed).</summary>
    public void Forget()
    {
        (last, pending, At, Advanced, Expected, Heard) = ([], [], null, false, false, false);
    }

    public PodCountersState Capture() => new(slot, At, PendingFrom, Interval, Advanced, Expected, Heard, [.. last], [.. pending]);

    public static PodCounters Restore(PodCountersState state) => new(state.Slot)
    {
        At = state.At,
        PendingFrom = state.PendingFrom,
        Interval = state.Interval,
        Advanced = state.Advanced,
        Expected = state.Expected,
        Heard = state.Heard,
        last = [.. state.Last],
        pending = [.. state.Pending],
    };

    private enum Change
    {
        None,
        Grown,
        Restarted,
    }

    private Change Compare(ImmutableArray<CounterSeries> readings, StrataIndex strata, int width)
    {
        var grown = false;
        foreach (var series in readings)
        {
            var at = strata.IndexOf(series.Stratum) * width;
            if (at < 0)
            {
                continue;
            }

            var known = at + width <= last.Length ? last.AsSpan(at, width) : default;
            if (known.IsEmpty)
            {
                grown |= series.Total > 0;
                continue;
            }

            grown |= series.Total > known[0];
            if (series.Total < known[0])
            {
                return Change.Restarted;
            }

            for (var i = 0; i < series.Events.Length; i++)
            {
                if (series.Events[i] < known[1 + i])
                {
                    return Change.Restarted;
                }
            }
        }

        return grown ? Change.Grown : Change.None;
    }

    private void Take(in CounterSeries series, int at, int width, bool first)
    {
        if (at < 0)
        {
            return;
        }

        if (at + width > last.Length)
        {
            Array.Resize(ref last, at + width);
            Array.Resize(ref pending, at + width);
        }

        if (!first)
        {
            pending[at] += series.Total - last[at];
            for (var i = 0; i < series.Events.Length; i++)
            {
                pending[at + 1 + i] += series.Events[i] - last[at + 1 + i];
            }
        }

        last[at] = series.Total;
        series.Events.CopyTo(last, at + 1);
    }
}

/// <summary>State of a pod's counters, for snapshots.</summary>
public sealed record PodCountersState(
    int Slot,
    DateTimeOffset? At,
    DateTimeOffset PendingFrom,
    TimeSpan Interval,
    bool Advanced,
    bool Expected,
    bool Heard,
    ImmutableArray<long> Last,
    ImmutableArray<long> Pending);
