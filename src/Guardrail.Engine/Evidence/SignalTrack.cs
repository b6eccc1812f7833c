using System.Collections.Immutable;
using Guardrail.Engine.Counting;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Evidence;

/// <summary>One signal of one workload, through all its rollouts: raw counters, baseline, and why there is no data when there is none.</summary>
internal sealed class SignalTrack
{
    private PodTally[] buffer = [];
    private PodCounters[] learned = [];

    public SignalTrack(SignalDefinition signal) => (Signal, Baseline) = (signal, new SignalBaseline(1));

    public SignalDefinition Signal { get; }

    public CounterLedger Ledger { get; private set; } = new();

    public SignalBaseline Baseline { get; private set; }

    /// <summary>Whether the revision that serves, the old one as long as it has pods, is in trouble.</summary>
    public Disturbance Disturbance { get; private set; } = new();

    /// <summary>Whether the workload is in trouble, by whichever revision: what its callers feel.</summary>
    public Disturbance Overall { get; private set; } = new();

    /// <summary>Why the newest report told nothing of this workload; null when it told something.</summary>
    public string? Gap { get; private set; } = "nothing has been read yet";

    /// <summary>Since when there has been a gap.</summary>
    public DateTimeOffset? GapSince { get; private set; }

    /// <summary>Whether a pod of the workload has ever reported the signal.</summary>
    public bool HasData => Ledger.Pods.Count > 0;

    /// <summary>Begins to take over a report; the baseline starts anew when the histogram's edges have changed.</summary>
    public void UseEdges(SignalReport.Counters report)
    {
        if (Ledger.UseEdges(report.Edges))
        {
            Baseline = new SignalBaseline(Ledger.Events);
        }
    }

    /// <summary>Takes over the counters of one pod; counters that cannot be are no data.</summary>
    public void Read(PodReading reading, DateTimeOffset? madeAt)
    {
        if (reading.Fault(Ledger.Events) is { } fault)
        {
            Miss($"{reading.Pod.Name}: {fault}", reading.At);
            return;
        }

        Ledger.Read(reading, madeAt);
        (Gap, GapSince) = (null, null);
    }

    /// <summary>Notes that a report told nothing of this workload.</summary>
    public void Miss(string reason, DateTimeOffset at) => (Gap, GapSince) = (reason, GapSince ?? at);

    /// <summary>Requests of all pods in the tick that is about to close, and its length in seconds.</summary>
    public (long Requests, double Seconds) Volume
    {
        get
        {
            var (requests, time, count) = (0L, 0L, 0);
            foreach (var (_, counters) in Ledger.Pods)
            {
                if (counters.Advanced)
                {
                    requests += counters.RequestsOf(Ledger.Width);
                    time += counters.Milliseconds;
                    count++;
                }
            }

            return (requests, count == 0 ? 0 : time / 1000.0 / count);
        }
    }

    /// <summary>Requests and events of one arm in the tick that is about to close.</summary>
    /// <param name="arms">Which arm a pod belongs to.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="index">The event; negative counts none.</param>
    public (long Requests, long Events) Sum(IPodArms arms, Arm arm, int index)
    {
        var (requests, happened) = (0L, 0L);
        foreach (var (pod, counters) in Ledger.Pods)
        {
            if (counters.Advanced && arms.ArmOf(pod, counters.PendingFrom, Signal) == arm)
            {
                var tally = Tally(counters, Math.Max(0, index));
                requests += tally.Total;
                happened += index < 0 ? 0 : tally.Events;
            }
        }

        return (requests, happened);
    }

    /// <summary>
    /// The events worth testing: of a histogram the edges that 0.05 % to 50 % of the old revision's requests exceed (detection.md 1.5), and the one
    /// above them, which hardly any exceed unless something is badly wrong; all of them when too little is known to tell.
    /// </summary>
    public ImmutableArray<int> TestedEvents()
    {
        const double fewest = 0.0005;
        const double most = 0.5;
        var all = Enumerable.Range(0, Ledger.Events);
        if (Ledger.Edges.IsDefaultOrEmpty || Baseline.Total <= 0)
        {
            return [.. all];
        }

        ImmutableArray<int> tested = [.. all.Where(i => Baseline.Rate(i) <= most && (i == 0 || Baseline.Rate(i - 1) >= fewest))];
        return tested.IsEmpty ? [.. all] : tested;
    }

    /// <summary>Histogram edges of some events, in seconds; empty when the signal has exactly one event.</summary>
    public ImmutableArray<double> EdgesOf(ImmutableArray<int> tested) =>
        Ledger.Edges.IsDefaultOrEmpty ? [] : ImmutableArray.CreateRange(tested, i => Ledger.Edges[i]);

    /// <summary>Adds the finished tick of the old revision's pods to the baseline.</summary>
    public void Learn(IPodArms arms, DateTimeOffset at)
    {
        Feel(arms, at);
        if (buffer.Length < Ledger.Pods.Count)
        {
            (buffer, learned) = (new PodTally[Ledger.Pods.Count], new PodCounters[Ledger.Pods.Count]);
        }

        // Which pods count is the same for all edges of a histogram, and costs more to find out than to count.
        var count = 0;
        foreach (var (pod, counters) in Ledger.Pods)
        {
            if (counters.Advanced && arms.ArmOf(pod, counters.PendingFrom, Signal) == Arm.Control)
            {
                learned[count++] = counters;
            }
        }

        for (var e = 0; e < Ledger.Events && count > 0; e++)
        {
            for (var i = 0; i < count; i++)
            {
                buffer[i] = Tally(learned[i], e);
            }

            Baseline.Observe(e, buffer.AsSpan(0, count), at);
        }

        Array.Clear(learned, 0, count);
    }

    /// <summary>Whether the new revision has counts in the tick that is about to close.</summary>
    public bool CanaryReports(IPodArms arms)
    {
        foreach (var (pod, counters) in Ledger.Pods)
        {
            if (counters.Advanced && arms.ArmOf(pod, counters.PendingFrom, Signal) == Arm.Canary)
            {
                return true;
            }
        }

        return false;
    }

    public SignalTrackState Capture() => new(Signal.Id, Gap, GapSince, Ledger.Capture(), Baseline.Capture(), Disturbance.Capture(), Overall.Capture());

    public static SignalTrack Restore(SignalTrackState state, SignalDefinition signal) => new(signal)
    {
        Gap = state.Gap,
        GapSince = state.GapSince,
        Ledger = CounterLedger.Restore(state.Ledger),
        Baseline = SignalBaseline.Restore(state.Baseline),
        Disturbance = Disturbance.Restore(state.Disturbance),
        Overall = Disturbance.Restore(state.Overall),
    };

    /// <summary>Looks whether the pods that serve, the old revision's as long as there are any, have more bad events than usual.</summary>
    private void Feel(IPodArms arms, DateTimeOffset at)
    {
        if (Baseline.Total < 1 || Signal is SignalDefinition.Business)
        {
            return;
        }

        var index = TellingEvent();
        var (old, young) = (Sum(arms, Arm.Control, index), Sum(arms, Arm.Canary, index));
        Feel(Disturbance, old.Requests == 0 && arms.ControlIsGone ? young : old, index, at);
        Feel(Overall, (old.Requests + young.Requests, old.Events + young.Events), index, at);
    }

    private void Feel(Disturbance disturbance, (long Requests, long Events) tick, int index, DateTimeOffset at)
    {
        // None seen in n requests may still be three in n (the rule of three); what is usual must not be taken for less than it is.
        var usual = Math.Min(1, (Baseline.Happened(index) + 3) / Baseline.Total);
        disturbance.Observe(tick.Events, tick.Requests, usual, Baseline.Scatter(index), at - TimeSpan.FromSeconds(Volume.Seconds), at);
    }

    /// <summary>Of a histogram the edge that comes closest to being exceeded by one request in fifty.</summary>
    private int TellingEvent()
    {
        var (best, distance) = (0, double.PositiveInfinity);
        for (var e = 0; e < Ledger.Events; e++)
        {
            var away = Math.Abs(Math.Log(Math.Max(Baseline.Rate(e), 1e-9) / 0.02));
            (best, distance) = away < distance ? (e, away) : (best, distance);
        }

        return best;
    }

    private PodTally Tally(PodCounters counters, int index)
    {
        long total = 0;
        long happened = 0;
        var counts = counters.Pending;
        for (var s = 0; (s + 1) * Ledger.Width <= counts.Length; s++)
        {
            total += counts[s * Ledger.Width];
            happened += counts[(s * Ledger.Width) + 1 + index];
        }

        return new(counters.Slot, total, happened);
    }
}

/// <summary>State of one signal of one workload, for snapshots.</summary>
public sealed record SignalTrackState(
    SignalId Signal,
    string? Gap,
    DateTimeOffset? GapSince,
    CounterLedgerState Ledger,
    SignalBaselineState Baseline,
    DisturbanceState Disturbance,
    DisturbanceState Overall);
