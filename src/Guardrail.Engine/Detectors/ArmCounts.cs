using System.Collections.Immutable;
using Guardrail.Engine.Counting;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>
/// One tick of one signal sorted by event, stratum and arm; the new revision's pods also each by itself, and the old one's also in two halves. A
/// buffer that is filled anew every tick.
/// </summary>
internal sealed class ArmCounts
{
    private TwoArmTally[] arms = [];
    private TwoArmTally[] halves = [];
    private PodTally[] pods = [];
    private int[] columns = [];
    private int events;

    /// <summary>Strata of the tick.</summary>
    public int Strata { get; private set; }

    /// <summary>Pods of the new revision that answered requests.</summary>
    public int CanaryPods { get; private set; }

    /// <summary>Both arms, all strata of event 0, then of event 1 and so on.</summary>
    public ReadOnlySpan<TwoArmTally> All => arms.AsSpan(0, events * Strata);

    /// <summary>Both arms, every stratum of an event.</summary>
    public ReadOnlySpan<TwoArmTally> Arms(int index) => arms.AsSpan(index * Strata, Strata);

    /// <summary>The two halves of the old revision's pods as if they were two arms, every stratum of an event.</summary>
    public Span<TwoArmTally> Halves(int index) => halves.AsSpan(index * Strata, Strata);

    /// <summary>The new revision's pods in one stratum of an event.</summary>
    public ReadOnlySpan<PodTally> Pods(int index, int stratum) => pods.AsSpan(((index * Strata) + stratum) * CanaryPods, CanaryPods);

    /// <summary>Sorts a tick.</summary>
    /// <param name="ledger">The tick's counts.</param>
    /// <param name="who">Which arm a pod belongs to.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="edges">Edges that are tested; empty when the signal has one event.</param>
    /// <param name="numbers">Numbers of the new revision's pods.</param>
    public void Fill(CounterLedger ledger, IPodArms who, SignalDefinition signal, ReadOnlySpan<double> edges, PodNumbers numbers)
    {
        (events, Strata) = (Math.Max(1, edges.Length), ledger.Strata);
        FindColumns(ledger, edges);
        CanaryPods = 0;
        foreach (var (pod, counters) in ledger.Pods)
        {
            var counts = counters.Advanced && who.ArmOf(pod, counters.PendingFrom, signal) == Arm.Canary;
            CanaryPods += counts && counters.RequestsOf(ledger.Width) > 0 ? 1 : 0;
        }

        Clear(ref arms, events * Strata);
        Clear(ref halves, events * Strata);
        Clear(ref pods, events * Strata * CanaryPods);
        var next = 0;
        foreach (var (pod, counters) in ledger.Pods)
        {
            if (!counters.Advanced || who.ArmOf(pod, counters.PendingFrom, signal) is not { } arm)
            {
                continue;
            }

            var tested = arm == Arm.Canary && counters.RequestsOf(ledger.Width) > 0;
            Add(counters, ledger.Width, arm, tested ? next : -1, tested ? numbers.Of(pod) : 0);
            next += tested ? 1 : 0;
        }
    }

    private void FindColumns(CounterLedger ledger, ReadOnlySpan<double> edges)
    {
        if (columns.Length != events)
        {
            columns = new int[events];
        }

        for (var e = 0; e < events; e++)
        {
            // Negative when the histogram no longer has the edge.
            columns[e] = edges.IsEmpty ? 0 : ledger.Edges.BinarySearch(edges[e]);
        }
    }

    private void Add(PodCounters counters, int width, Arm arm, int row, int number)
    {
        var counts = counters.Pending;
        for (var s = 0; (s + 1) * width <= counts.Length; s++)
        {
            var total = counts[s * width];
            for (var e = 0; e < events; e++)
            {
                if (columns[e] < 0)
                {
                    continue;
                }

                var happened = counts[(s * width) + 1 + columns[e]];
                var cell = (e * Strata) + s;
                arms[cell] = Sum(arms[cell], arm, total, happened);
                if (arm == Arm.Control)
                {
                    halves[cell] = Sum(halves[cell], counters.Slot % 2 == 0 ? Arm.Control : Arm.Canary, total, happened);
                }
                else if (row >= 0)
                {
                    pods[(cell * CanaryPods) + row] = new(number, total, happened);
                }
            }
        }

        // A pod that did not have a stratum still takes its place in it.
        for (var s = counts.Length / width; row >= 0 && s < Strata; s++)
        {
            for (var e = 0; e < events; e++)
            {
                pods[(((e * Strata) + s) * CanaryPods) + row] = new(number, 0, 0);
            }
        }
    }

    private static TwoArmTally Sum(in TwoArmTally tally, Arm arm, long total, long happened) => arm == Arm.Control
        ? new(tally.ControlTotal + total, tally.CanaryTotal, tally.ControlEvents + happened, tally.CanaryEvents)
        : new(tally.ControlTotal, tally.CanaryTotal + total, tally.ControlEvents, tally.CanaryEvents + happened);

    private static void Clear<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }

        buffer.AsSpan(0, length).Clear();
    }
}
