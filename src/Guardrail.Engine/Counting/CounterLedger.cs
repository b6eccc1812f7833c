using System.Collections.Immutable;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Counting;

/// <summary>
/// Turns the raw counters of one workload's pods for one signal into ticks: intervals that do not overlap and in which every pod that
/// reports has been scraped anew. A missed scrape merges two ticks; a scrape that has not changed is not a new one.
/// </summary>
internal sealed class CounterLedger
{
    /// <summary>How long a tick waits for pods that have stopped reporting, in intervals between scrapes.</summary>
    private const int PatienceIntervals = 3;

    /// <summary>
    /// Age up to which a pod's first scrape counts from zero, if it was made while this ledger was already being written. An older pod may have
    /// been here before and dropped out, and what it counted then must not count twice.
    /// </summary>
    private static readonly TimeSpan Youth = TimeSpan.FromSeconds(30);

    private readonly Dictionary<PodId, PodCounters> pods = [];
    private readonly List<PodId> gone = [];
    private StrataIndex strata = new();
    private readonly SortedSet<int> freeSlots = [];
    private DateTimeOffset? readingSince;
    private bool advanced;
    private DateTimeOffset? waitingSince;

    /// <summary>Histogram edges in seconds; empty when the signal has exactly one event.</summary>
    public ImmutableArray<double> Edges { get; private set; } = [];

    /// <summary>Events counted per request: the number of edges, or one.</summary>
    public int Events => Edges.IsDefaultOrEmpty ? 1 : Edges.Length;

    /// <summary>Number of strata seen.</summary>
    public int Strata => strata.Count;

    /// <summary>Longs per stratum in <see cref="PodCounters.Pending"/>: the total and one per event.</summary>
    public int Width => Events + 1;

    /// <summary>The pods that have reported.</summary>
    public Dictionary<PodId, PodCounters> Pods => pods;

    /// <summary>States the histogram edges of what is read next; a change means that counters cannot be compared across it.</summary>
    public bool UseEdges(ImmutableArray<double> edges)
    {
        if (edges.AsSpan().SequenceEqual(Edges.AsSpan()))
        {
            return false;
        }

        Edges = edges;
        foreach (var counters in pods.Values)
        {
            counters.Forget();
        }

        (readingSince, advanced, waitingSince) = (null, false, null);
        return true;
    }

    /// <summary>Takes over a scrape of one pod.</summary>
    /// <param name="reading">The scrape.</param>
    /// <param name="madeAt">When the pod was made, if that is known.</param>
    public void Read(PodReading reading, DateTimeOffset? madeAt = null)
    {
        readingSince ??= reading.At;
        if (!pods.TryGetValue(reading.Pod, out var counters))
        {
            counters = new PodCounters(TakeSlot());
            pods.Add(reading.Pod, counters);
        }

        counters.Read(reading, strata, Width, madeAt > readingSince && reading.At - madeAt <= Youth ? madeAt : null);
        advanced |= counters.Advanced;
    }

    /// <summary>
    /// Whether a tick is complete: every pod has advanced, or those that have not have been waited for long enough. Not waited for are pods that
    /// are no longer <paramref name="alive"/>, those first read after the tick began, and those that were waited for in vain and are still silent.
    /// </summary>
    public bool TickIsComplete(DateTimeOffset now, TimeSpan tick, Func<PodId, bool> alive)
    {
        var all = true;
        var interval = TimeSpan.MaxValue;
        foreach (var (pod, counters) in pods)
        {
            if (!advanced)
            {
                counters.Expect();
            }

            all &= counters.Advanced || !counters.Expected || !alive(pod);
            interval = counters.Interval > TimeSpan.Zero && counters.Interval < interval ? counters.Interval : interval;
        }

        if (!advanced)
        {
            return false;
        }

        // Waiting is measured on the observer's clock: the scrapes' own may differ from it.
        waitingSince ??= now;

        // The distance between scrapes is that of the pod scraped most often: one that was away for long has a long one behind it.
        var patience = PatienceIntervals * (interval > tick && interval < TimeSpan.MaxValue ? interval : tick);
        return all || (now - waitingSince.Value).Duration() >= patience;
    }

    /// <summary>Forgets the raw counters of a pod, so that its next scrape is taken as the first.</summary>
    public void Forget(PodId pod)
    {
        if (pods.TryGetValue(pod, out var counters))
        {
            counters.Forget();
        }
    }

    /// <summary>Begins the next tick, and lets go of pods that are no longer <paramref name="alive"/>.</summary>
    public void BeginTick(Func<PodId, bool> alive)
    {
        (advanced, waitingSince) = (false, null);
        foreach (var (pod, counters) in pods)
        {
            counters.BeginTick();
            if (!alive(pod))
            {
                gone.Add(pod);
            }
        }

        foreach (var pod in gone)
        {
            if (pods.Remove(pod, out var counters))
            {
                freeSlots.Add(counters.Slot);
            }
        }

        gone.Clear();
    }

    public CounterLedgerState Capture()
    {
        var states = ImmutableArray.CreateBuilder<KeyValuePair<PodId, PodCountersState>>(pods.Count);
        foreach (var (pod, counters) in pods)
        {
            states.Add(new(pod, counters.Capture()));
        }

        return new(Edges, strata.Capture(), [.. freeSlots], readingSince, advanced, waitingSince, states.MoveToImmutable());
    }

    public static CounterLedger Restore(CounterLedgerState state)
    {
        var ledger = new CounterLedger
        {
            Edges = state.Edges,
            strata = StrataIndex.Restore(state.Strata),
            readingSince = state.ReadingSince,
            advanced = state.Advanced,
            waitingSince = state.WaitingSince,
        };
        ledger.freeSlots.UnionWith(state.FreeSlots);
        foreach (var (pod, counters) in state.Pods)
        {
            ledger.pods.Add(pod, PodCounters.Restore(counters));
        }

        return ledger;
    }

    /// <summary>The lowest number that no pod has: numbers of pods that are gone are used again, so that they stay small.</summary>
    private int TakeSlot()
    {
        if (freeSlots.Count == 0)
        {
            return pods.Count;
        }

        var slot = freeSlots.Min;
        freeSlots.Remove(slot);
        return slot;
    }
}

/// <summary>State of a signal's counters, for snapshots.</summary>
public sealed record CounterLedgerState(
    ImmutableArray<double> Edges,
    ImmutableArray<string> Strata,
    ImmutableArray<int> FreeSlots,
    DateTimeOffset? ReadingSince,
    bool Advanced,
    DateTimeOffset? WaitingSince,
    ImmutableArray<KeyValuePair<PodId, PodCountersState>> Pods);
