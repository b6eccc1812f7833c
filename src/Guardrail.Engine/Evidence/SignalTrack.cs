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

    public SignalTrack(SignalDefinition signal) => (Signal, Baseline) = (signal, new SignalBaseline(1));

    public SignalDefinition Signal { get; }

    public CounterLedger Ledger { get; private set; } = new();

    public SignalBaseline Baseline { get; private set; }

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

    /// <summary>Adds the finished tick of the old revision's pods to the baseline.</summary>
    public void Learn(IPodArms arms)
    {
        if (buffer.Length < Ledger.Pods.Count)
        {
            buffer = new PodTally[Ledger.Pods.Count];
        }

        for (var e = 0; e < Ledger.Events; e++)
        {
            var count = 0;
            foreach (var (pod, counters) in Ledger.Pods)
            {
                if (counters.Advanced && arms.ArmOf(pod, counters.PendingFrom, Signal) == Arm.Control)
                {
                    buffer[count++] = Tally(counters, e);
                }
            }

            if (count > 0)
            {
                Baseline.Observe(e, buffer.AsSpan(0, count));
            }
        }
    }

    /// <summary>Whether both arms have counts in the tick that is about to close.</summary>
    public bool BothArmsReport(IPodArms arms)
    {
        var control = false;
        var canary = false;
        foreach (var (pod, counters) in Ledger.Pods)
        {
            if (counters.Advanced)
            {
                var arm = arms.ArmOf(pod, counters.PendingFrom, Signal);
                control |= arm == Arm.Control;
                canary |= arm == Arm.Canary;
            }
        }

        return control && canary;
    }

    public SignalTrackState Capture() => new(Signal.Id, Gap, GapSince, Ledger.Capture(), Baseline.Capture());

    public static SignalTrack Restore(SignalTrackState state, SignalDefinition signal) => new(signal)
    {
        Gap = state.Gap,
        GapSince = state.GapSince,
        Ledger = CounterLedger.Restore(state.Ledger),
        Baseline = SignalBaseline.Restore(state.Baseline),
    };

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
    SignalId Signal, string? Gap, DateTimeOffset? GapSince, CounterLedgerState Ledger, SignalBaselineState Baseline);
