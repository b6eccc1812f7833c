using System.Collections.Immutable;
using Guardrail.Engine.Counting;
using Guardrail.Engine.Policies;
using Guardrail.Statistics;

namespace Guardrail.Engine.Evidence;

/// <summary>What a signal's test was told when the rollout began to be compared; never changed afterwards, which keeps the test valid.</summary>
/// <param name="Weight">Share of the false-rollback budget, all signals of the rollout together 1.</param>
/// <param name="NullRatio">Odds ratio up to which the new revision counts as no worse (r0).</param>
/// <param name="Dispersion">Assumed dispersion of each tested event's counts (phi), at least 1.</param>
/// <param name="EvidenceCap">Most evidence that one tick can give, in nats.</param>
/// <param name="Edges">Histogram edges tested, in seconds; empty when the signal has one event.</param>
public sealed record SignalParameters(
    double Weight, double NullRatio, ImmutableArray<double> Dispersion, double EvidenceCap, ImmutableArray<double> Edges);

/// <summary>The test of one signal of one rollout: evidence that the new revision has more bad events than the old one.</summary>
internal sealed class SignalDetector
{
    /// <summary>Share of the prior that expects the fault in the first tick (detection.md 1.2).</summary>
    private const double FirstTickWeight = 0.5;

    private static readonly RateRatioOptions Errors = new();

    private readonly RateRatioTest[] tests;
    private readonly ArmTotals totals;
    private TwoArmTally[] tallies = [];

    private SignalDetector(SignalDefinition signal, SignalParameters parameters, RateRatioTest[] tests, ArmTotals totals) =>
        (Signal, Parameters, this.tests, this.totals) = (signal, parameters, tests, totals);

    public SignalDefinition Signal { get; }

    public SignalParameters Parameters { get; }

    /// <summary>What both arms were seen to serve.</summary>
    public ArmTotals Totals => totals;

    /// <summary>Ticks in which both arms served.</summary>
    public int TicksCompared { get; private set; }

    /// <summary>Log of the signal's e-value: the mean over the tested events, in nats.</summary>
    public double LogEvidence
    {
        get
        {
            Span<double> logs = stackalloc double[tests.Length];
            for (var i = 0; i < tests.Length; i++)
            {
                logs[i] = tests[i].LogEvidence;
            }

            return LogDomain.MeanExp(logs);
        }
    }

    /// <summary>Number of the event with the most evidence.</summary>
    public int StrongestEvent => StrongestOf(null);

    /// <summary>
    /// Log of the signal's e-value if events whose difference is too small to matter gave none: never more than <see cref="LogEvidence"/>, so that
    /// its bound holds as well.
    /// </summary>
    public double LogEvidenceOf(EffectGate gate)
    {
        Span<double> logs = stackalloc double[tests.Length];
        for (var i = 0; i < tests.Length; i++)
        {
            logs[i] = gate.Passes(totals.All(i)) || gate.Passes(totals.Recent(i)) ? tests[i].LogEvidence : double.NegativeInfinity;
        }

        return LogDomain.MeanExp(logs);
    }

    /// <summary>Number of the event with the most evidence among those whose difference matters; of all when none does or no gate is given.</summary>
    public int StrongestOf(EffectGate? gate)
    {
        var best = 0;
        var passes = false;
        for (var i = 0; i < tests.Length; i++)
        {
            var large = gate is not null && (gate.Passes(totals.All(i)) || gate.Passes(totals.Recent(i)));
            if ((large && !passes) || (large == passes && tests[i].LogEvidence > tests[best].LogEvidence))
            {
                (best, passes) = (i, large);
            }
        }

        return best;
    }

    /// <summary>Makes the detector from the baseline.</summary>
    public static SignalDetector Freeze(SignalDefinition signal, double weight, GuardPolicy policy, CounterLedger ledger, SignalBaseline baseline)
    {
        var tested = TestedEvents(ledger, baseline);
        var options = Options(signal);
        var cap = RateRatioOptions.EvidenceCapFor(policy.FalseRollbackBudget.Value, weight, FirstTickWeight);
        var dispersion = ImmutableArray.CreateRange(tested, baseline.Dispersion);
        var edges = ledger.Edges.IsDefaultOrEmpty ? [] : ImmutableArray.CreateRange(tested, i => ledger.Edges[i]);
        var parameters = new SignalParameters(weight, options.NullRatio, dispersion, cap, edges);
        return new(signal, parameters, Tests(signal, parameters, policy.Tick), new ArmTotals(tested.Length));
    }

    /// <summary>Adds a tick: the pods' counts, each told which arm it belongs to.</summary>
    public void Observe(CounterLedger ledger, IPodArms arms)
    {
        var strata = ledger.Strata;
        var needed = tests.Length * strata;
        if (tallies.Length < needed)
        {
            tallies = new TwoArmTally[needed];
        }

        var tick = tallies.AsSpan(0, needed);
        tick.Clear();
        foreach (var (pod, counters) in ledger.Pods)
        {
            if (counters.Advanced && arms.ArmOf(pod, counters.PendingFrom, Signal) is { } arm)
            {
                Tally(tick, counters.Pending, ledger, arm, strata);
            }
        }

        for (var e = 0; e < tests.Length; e++)
        {
            tests[e].Observe(tick.Slice(e * strata, strata));
        }

        totals.Add(tick, strata);
        TicksCompared += BothArmsServed(tick[..strata]) ? 1 : 0;
    }

    public SignalDetectorState Capture()
    {
        var states = ImmutableArray.CreateBuilder<ImmutableArray<double>>(tests.Length);
        foreach (var test in tests)
        {
            var values = new double[test.StateLength];
            test.CopyStateTo(values);
            states.Add([.. values]);
        }

        return new(Signal.Id, Parameters, TicksCompared, totals.Capture(), states.MoveToImmutable());
    }

    public static SignalDetector Restore(SignalDetectorState state, SignalDefinition signal, TimeSpan tick)
    {
        var tests = Tests(signal, state.Parameters, tick);
        for (var i = 0; i < tests.Length; i++)
        {
            tests[i].RestoreState(state.Tests[i].AsSpan());
        }

        return new(signal, state.Parameters, tests, ArmTotals.Restore(state.Totals)) { TicksCompared = state.TicksCompared };
    }

    private static RateRatioOptions Options(SignalDefinition signal) => signal switch
    {
        SignalDefinition.Latency => RateRatioOptions.Latency,
        _ => Errors,
    };

    private static RateRatioTest[] Tests(SignalDefinition signal, SignalParameters parameters, TimeSpan tick)
    {
        var tests = new RateRatioTest[parameters.Dispersion.Length];
        for (var i = 0; i < tests.Length; i++)
        {
            tests[i] = new RateRatioTest(Options(signal) with
            {
                NullRatio = parameters.NullRatio,
                Dispersion = parameters.Dispersion[i],
                EvidenceCap = parameters.EvidenceCap,
                FirstTickWeight = FirstTickWeight,
                RestartHazard = RateRatioOptions.RestartHazardFor(tick),
            });
        }

        return tests;
    }

    /// <summary>
    /// The events worth testing: of a histogram the edges that 0.05 % to 50 % of the old revision's requests exceed (detection.md 1.5);
    /// all of them when too little is known to tell.
    /// </summary>
    private static ImmutableArray<int> TestedEvents(CounterLedger ledger, SignalBaseline baseline)
    {
        const double fewest = 0.0005;
        const double most = 0.5;
        var all = Enumerable.Range(0, ledger.Events);
        if (ledger.Edges.IsDefaultOrEmpty || baseline.Total <= 0)
        {
            return [.. all];
        }

        ImmutableArray<int> tested = [.. all.Where(i => baseline.Rate(i) is >= fewest and <= most)];
        return tested.IsEmpty ? [.. all] : tested;
    }

    private static bool BothArmsServed(ReadOnlySpan<TwoArmTally> strata)
    {
        foreach (ref readonly var stratum in strata)
        {
            if (stratum is { ControlTotal: > 0, CanaryTotal: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    private void Tally(Span<TwoArmTally> tick, ReadOnlySpan<long> counts, CounterLedger ledger, Arm arm, int strata)
    {
        var width = ledger.Width;
        for (var s = 0; (s + 1) * width <= counts.Length; s++)
        {
            var total = counts[s * width];
            for (var e = 0; e < tests.Length; e++)
            {
                var index = EventIndex(ledger, e);
                if (index < 0)
                {
                    continue;
                }

                var happened = counts[(s * width) + 1 + index];
                ref var tally = ref tick[(e * strata) + s];
                tally = arm == Arm.Control
                    ? new(tally.ControlTotal + total, tally.CanaryTotal, tally.ControlEvents + happened, tally.CanaryEvents)
                    : new(tally.ControlTotal, tally.CanaryTotal + total, tally.ControlEvents, tally.CanaryEvents + happened);
            }
        }
    }

    /// <summary>Where the tested event stands in the ledger now; negative when the histogram no longer has its edge.</summary>
    private int EventIndex(CounterLedger ledger, int tested) =>
        Parameters.Edges.IsDefaultOrEmpty ? 0 : ledger.Edges.BinarySearch(Parameters.Edges[tested]);
}

/// <summary>State of a signal's test, for snapshots.</summary>
public sealed record SignalDetectorState(
    SignalId Signal, SignalParameters Parameters, int TicksCompared, ArmTotalsState Totals, ImmutableArray<ImmutableArray<double>> Tests);
