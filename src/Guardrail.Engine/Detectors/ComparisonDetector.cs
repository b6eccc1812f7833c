using System.Collections.Immutable;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>
/// A signal of the new revision against the same signal of the old one, tick by tick (detection.md D1, D2, and D3 for business events). Beside the
/// test itself runs one that leaves out each pod in turn, and one of the old revision's pods against themselves (the placebo).
/// </summary>
internal sealed class ComparisonDetector : Detector
{
    /// <summary>Share of the prior that expects the fault in the first tick (detection.md 1.2).</summary>
    public const double FirstTickWeight = 0.5;

    /// <summary>Pods from which leaving one out can tell a bad pod from a bad revision.</summary>
    private const int FewestPodsToTell = 3;

    private readonly SignalDefinition definition;
    private readonly RateRatioTest[] tests;
    private readonly LeaveOnePodOut[] withoutOne;
    private readonly RateRatioTest[] placebo;
    private readonly RateRatioScore[] scores;
    private readonly PodNumbers pods;
    private readonly ArmCounts counts = new();
    private readonly RatioDirection direction;

    public ComparisonDetector(SignalDefinition definition, SignalParameters parameters, TimeSpan tick)
        : this(definition, parameters, tick, new ArmTotals(parameters.Dispersion.Length), [])
    {
    }

    private ComparisonDetector(
        SignalDefinition definition, SignalParameters parameters, TimeSpan tick, ArmTotals totals, ImmutableArray<PodId> known)
        : base(DetectorKind.Comparison, definition.Id, parameters, totals)
    {
        this.definition = definition;
        pods = new(known);
        direction = OptionsOf(definition).Direction;
        var count = parameters.Dispersion.Length;
        (tests, withoutOne, placebo) = (new RateRatioTest[count], new LeaveOnePodOut[count], new RateRatioTest[count]);
        scores = new RateRatioScore[count];
        for (var i = 0; i < count; i++)
        {
            var options = OptionsOf(definition) with
            {
                NullRatio = parameters.NullRatios[i],
                Dispersion = parameters.Dispersion[i],
                EvidenceCap = parameters.CapOf(i),
                FirstTickWeight = FirstTickWeight,
                RestartHazard = RateRatioOptions.RestartHazardFor(tick),
            };
            (tests[i], withoutOne[i], placebo[i]) = (new(options), new(Math.Max(1, parameters.PodGroups), options), new(options));
            scores[i] = new(options);
        }
    }

    /// <summary>Whether the events are good ones, of which fewer are bad.</summary>
    public bool CountsGood => direction == RatioDirection.Decrease;

    public override double LogEvidence
    {
        get
        {
            Span<double> logs = stackalloc double[tests.Length];
            for (var i = 0; i < tests.Length; i++)
            {
                logs[i] = tests[i].LogEvidence;
            }

            return MeanOf(logs);
        }
    }

    public override double? LogPlacebo
    {
        get
        {
            Span<double> logs = stackalloc double[placebo.Length];
            for (var i = 0; i < placebo.Length; i++)
            {
                logs[i] = placebo[i].LogEvidence;
            }

            return MeanOf(logs);
        }
    }

    public override PodId? Suspect =>
        pods.Count >= FewestPodsToTell && withoutOne[StrongestOf(null)].Suspect is >= 0 and var group ? pods.Find(group, Parameters.PodGroups) : null;

    /// <summary>What a test of the signal looks for, before anything is known.</summary>
    public static RateRatioOptions OptionsOf(SignalDefinition signal) => signal switch
    {
        SignalDefinition.Latency => RateRatioOptions.Latency,
        SignalDefinition.Business => RateRatioOptions.Success,
        _ => ErrorOptions,
    };

    public override double LogEvidenceOf(EffectGate gate)
    {
        Span<double> logs = stackalloc double[tests.Length];
        for (var i = 0; i < tests.Length; i++)
        {
            logs[i] = Matters(gate, i) ? tests[i].LogEvidence : double.NegativeInfinity;
        }

        return MeanOf(logs);
    }

    public override double LogEvidenceWithoutOnePod(EffectGate gate)
    {
        if (pods.Count < FewestPodsToTell)
        {
            return LogEvidenceOf(gate);
        }

        Span<double> logs = stackalloc double[tests.Length];
        for (var i = 0; i < tests.Length; i++)
        {
            logs[i] = Matters(gate, i) ? withoutOne[i].LogEvidence : double.NegativeInfinity;
        }

        return MeanOf(logs);
    }

    public override bool LooksWorse(EffectGate gate)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].StandardDeviations >= MoreThanChance && Matters(gate, i))
            {
                return true;
            }
        }

        return false;
    }

    public override int StrongestOf(EffectGate? gate)
    {
        var best = 0;
        var passes = false;
        for (var i = 0; i < tests.Length; i++)
        {
            var matters = gate is not null && Matters(gate, i);
            if ((matters && !passes) || (matters == passes && tests[i].LogEvidence > tests[best].LogEvidence))
            {
                (best, passes) = (i, matters);
            }
        }

        return best;
    }

    public override void Observe(in SignalTick tick)
    {
        if (!tick.IsOwn || tick.Track is not { } track || track.Signal.Id != Signal)
        {
            return;
        }

        counts.Fill(track.Ledger, tick.Arms, definition, Parameters.Edges.AsSpan(), pods);
        for (var e = 0; e < tests.Length; e++)
        {
            tests[e].Observe(counts.Arms(e));
            for (var s = 0; s < counts.Strata; s++)
            {
                var both = counts.Arms(e)[s];
                withoutOne[e].AddStratum(both.ControlTotal, both.ControlEvents, counts.Pods(e, s));
            }

            withoutOne[e].EndTick();
            placebo[e].Observe(counts.Halves(e));
            scores[e].Observe(counts.Arms(e));
        }

        Totals.Add(counts.All, counts.Strata);
        Ticks += BothServed(counts.Arms(0)) ? 1 : 0;
    }

    public override double? RequestsNeeded(double threshold)
    {
        var index = StrongestOf(null);
        var recent = Totals.Recent(index);
        var typical = recent.IsInformative ? recent : Totals.All(index);
        return Statistics.RequestsNeeded.ToRollBack(tests[index], threshold - Math.Log(Parameters.Weight / tests.Length), typical);
    }

    public override DetectorState Capture() => new()
    {
        Kind = Kind,
        Signal = Signal,
        Parameters = Parameters,
        Ticks = Ticks,
        Totals = Totals.Capture(),
        Pods = pods.Capture(),
        Tests = [.. tests.Select(Numbers), .. withoutOne.Select(Numbers), .. placebo.Select(Numbers), .. scores.Select(Numbers)],
    };

    public static ComparisonDetector Restore(DetectorState state, SignalDefinition signal, TimeSpan tick)
    {
        var detector = new ComparisonDetector(signal, state.Parameters, tick, ArmTotals.Restore(state.Totals), state.Pods) { Ticks = state.Ticks };
        var count = detector.tests.Length;
        for (var i = 0; i < count; i++)
        {
            detector.tests[i].RestoreState(state.Tests[i].AsSpan());
            detector.withoutOne[i].RestoreState(state.Tests[count + i].AsSpan());
            detector.placebo[i].RestoreState(state.Tests[(2 * count) + i].AsSpan());
            if (state.Tests.Length > 3 * count)
            {
                // A snapshot of an earlier version has none: the score begins anew.
                detector.scores[i].RestoreState(state.Tests[(3 * count) + i].AsSpan());
            }
        }

        return detector;
    }

    private static readonly RateRatioOptions ErrorOptions = new();

    private bool Matters(EffectGate gate, int index) =>
        gate.Passes(Totals.All(index), direction) || gate.Passes(Totals.Recent(index), direction);

    private static bool BothServed(ReadOnlySpan<TwoArmTally> strata)
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
}
