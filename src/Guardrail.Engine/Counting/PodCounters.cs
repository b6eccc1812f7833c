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

    /// <summary>Whether a newer scrape came in since the open tick began.</summary>
    public bool Advanced { get; private set; }

    /// <summary>Counts since <see cref="PendingFrom"/>, stratum by stratum: total, then one per event.</summary>
    public ReadOnlySpan<long> Pending => pending;

    /// <summary>Takes over a scrape; the same or an older one again changes nothing.</summary>
    public void Read(PodReading reading, StrataIndex strata, int width)
    {
        if (At is { } seen && reading.At <= seen)
        {
            return;
        }

        var first = At is null;
        Interval = first ? TimeSpan.Zero : reading.At - At!.Value;
        if (!first && !Advanced)
        {
            PendingFrom = At!.Value;
        }

        var restarted = !first && HasRestarted(reading.Series, strata, width);
        foreach (var series in reading.Series)
        {
            Take(series, strata.IndexOf(series.Stratum) * width, width, restarted, first);
        }

        At = reading.At;
        Advanced = !first;
    }

    /// <summary>Begins the next tick.</summary>
    public void BeginTick()
    {
        pending.AsSpan().Clear();
        Advanced = false;
    }

    /// <summary>Forgets the raw values, so that the next scrape is taken as the first (the counters' shape has changed).</summary>
    public void Forget()
    {
        (last, pending, At, Advanced) = ([], [], null, false);
    }

    public PodCountersState Capture() => new(slot, At, PendingFrom, Interval, Advanced, [.. last], [.. pending]);

    public static PodCounters Restore(PodCountersState state) => new(state.Slot)
    {
        At = state.At,
        PendingFrom = state.PendingFrom,
        Interval = state.Interval,
        Advanced = state.Advanced,
        last = [.. state.Last],
        pending = [.. state.Pending],
    };

    private bool HasRestarted(ImmutableArray<CounterSeries> readings, StrataIndex strata, int width)
    {
        foreach (var series in readings)
        {
            var at = strata.IndexOf(series.Stratum) * width;
            if (at < 0 || at + width > last.Length)
            {
                continue;
            }

            if (series.Total < last[at])
            {
                return true;
            }

            for (var i = 0; i < series.Events.Length; i++)
            {
                if (series.Events[i] < last[at + 1 + i])
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Take(in CounterSeries series, int at, int width, bool restarted, bool first)
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
            pending[at] += series.Total - (restarted ? 0 : last[at]);
            for (var i = 0; i < series.Events.Length; i++)
            {
                pending[at + 1 + i] += series.Events[i] - (restarted ? 0 : last[at + 1 + i]);
            }
        }

        last[at] = series.Total;
        series.Events.CopyTo(last, at + 1);
    }
}

/// <summary>State of a pod's counters, for snapshots.</summary>
public sealed record PodCountersState(
    int Slot, DateTimeOffset? At, DateTimeOffset PendingFrom, TimeSpan Interval, bool Advanced, ImmutableArray<long> Last, ImmutableArray<long> Pending);
