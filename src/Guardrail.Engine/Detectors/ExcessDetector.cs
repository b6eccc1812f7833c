using System.Collections.Immutable;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>
/// Bad events without a second arm: of the rollout's own signal after the old revision is gone (detection.md D6), or of another workload since the
/// rollout began (impact). Held against twice the most that was usual before the rollout, or in the same hour of earlier days. Vetoed when another
/// workload was in trouble first.
/// </summary>
internal sealed class ExcessDetector : Detector
{
    private readonly SignalDefinition definition;
    private readonly ForgetfulTest[] tests;
    private readonly PatientEvidence patience;
    private readonly WorkloadId? of;
    private readonly TwoArmTally[] tally;
    private readonly double[] usually;

    public ExcessDetector(DetectorKind kind, SignalDefinition definition, WorkloadId? of, SignalParameters parameters, TimeSpan tick)
        : this(kind, definition, of, parameters, tick, new ArmTotals(parameters.Dispersion.Length))
    {
    }

    private ExcessDetector(
        DetectorKind kind, SignalDefinition definition, WorkloadId? of, SignalParameters parameters, TimeSpan tick, ArmTotals totals)
        : base(kind, definition.Id, parameters, totals)
    {
        (this.definition, this.of) = (definition, of);
        tests = new ForgetfulTest[parameters.Dispersion.Length];
        tally = new TwoArmTally[tests.Length];
        usually = new double[tests.Length];
        for (var i = 0; i < tests.Length; i++)
        {
            tests[i] = new(ForecastOptions.ExcessOf(Math.Min(1, parameters.Forecast[i])) with
            {
                Dispersion = parameters.Dispersion[i],
                EvidenceCap = parameters.EvidenceCap,
                FirstTickWeight = ComparisonDetector.FirstTickWeight,
                RestartHazard = RateRatioOptions.RestartHazardFor(tick),
            });
        }

        patience = new(2 * tick);
    }

    public override WorkloadId? Of => of;

    public override WorkloadId? VetoedBy => patience.VetoedBy;

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

    public override double LogEvidenceOf(EffectGate gate)
    {
        if (!patience.IsRipe)
        {
            return double.NegativeInfinity;
        }

        Span<double> logs = stackalloc double[tests.Length];
        for (var i = 0; i < tests.Length; i++)
        {
            logs[i] = Matters(gate, i) ? tests[i].LogEvidence : double.NegativeInfinity;
        }

        return MeanOf(logs);
    }

    public override bool LooksWorse(EffectGate gate)
    {
        for (var i = 0; of is null && i < tests.Length; i++)
        {
            var healthy = Parameters.NullRatio * usually[i];
            var excess = Totals.All(i).CanaryEvents - healthy;
            if (Matters(gate, i) && excess >= MoreThanChance * Math.Sqrt(Parameters.Dispersion[i] * Math.Max(healthy, 1)))
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
        var concerns = tick.Track?.Signal.Id == Signal && (of is { } other ? !tick.IsOwn && tick.Workload == other : tick.IsOwn && tick.Arms.ControlIsGone);
        if (!concerns || patience.VetoedBy is not null)
        {
            return;
        }

        // Another workload's own rollout is its own affair: only the revision that served there before is looked at.
        var track = tick.Track!;
        var arm = of is null ? Arm.Canary : Arm.Control;
        for (var e = 0; e < tests.Length; e++)
        {
            var (requests, happened) = track.Sum(tick.Arms, arm, IndexOf(track, e));
            if (e == 0 && requests == 0)
            {
                return;
            }

            var usual = Math.Max(Parameters.Forecast[e], track.Baseline.Seasons.Rate(tick.At, Math.Max(0, IndexOf(track, e))));
            tests[e].Observe(happened, usual * requests);
            usually[e] += usual * requests;
            tally[e] = new(0, requests, 0, happened);
        }

        Totals.Add(tally, 1);
        Ticks++;
    }

    public override void Consult(IPeers peers, IPodArms arms, WorkloadId own, GuardPolicy policy, DateTimeOffset now)
    {
        var patient = LogEvidence >= Statistics.Evidence.HoldThreshold || VetoedBy is not null;
        if (patience.Look(LogEvidence, patient ? CauseElsewhere(peers, own, policy, now) : null, now))
        {
            foreach (var test in tests)
            {
                test.Forget();
            }
        }
    }

    public override DetectorState Capture() => patience.Capture(new()
    {
        Kind = Kind,
        Signal = Signal,
        Of = of,
        Parameters = Parameters,
        Ticks = Ticks,
        Totals = Totals.Capture(),
        Tests = [.. tests.Select(t => ImmutableArray.Create(t.Capture())), [.. usually]],
    });

    public static ExcessDetector Restore(DetectorState state, SignalDefinition signal, TimeSpan tick)
    {
        var detector = new ExcessDetector(state.Kind, signal, state.Of, state.Parameters, tick, ArmTotals.Restore(state.Totals)) { Ticks = state.Ticks };
        for (var i = 0; i < detector.tests.Length; i++)
        {
            detector.tests[i].Restore(state.Tests[i].AsSpan());
        }

        for (var i = 0; i < detector.usually.Length; i++)
        {
            // A snapshot of an earlier version has only the requests to tell it by.
            detector.usually[i] = state.Tests.Length > detector.tests.Length
                ? state.Tests[^1][i]
                : state.Parameters.Forecast[i] * detector.Totals.All(i).CanaryTotal;
        }

        detector.patience.Restore(state);
        return detector;
    }

    private WorkloadId? CauseElsewhere(IPeers peers, WorkloadId own, GuardPolicy policy, DateTimeOffset now)
    {
        var target = new ImpactTarget(of ?? own, Signal);
        var began = peers.TrackOf(target)?.Disturbance.Since ?? patience.SuspiciousSince ?? now;
        return peers.TroubleBefore(began, own, policy, of is null ? null : target) ?? (of is null ? null : peers.OtherCauseThan(own, target));
    }

    private int IndexOf(SignalTrack track, int tested) =>
        Parameters.Edges.IsDefaultOrEmpty ? 0 : track.Ledger.Edges.BinarySearch(Parameters.Edges[tested]);

    private bool Matters(EffectGate gate, int index)
    {
        var recent = Totals.Recent(index);
        return recent.CanaryTotal > 0
            && recent.CanaryEvents >= gate.MinimumEvents
            && ((double)recent.CanaryEvents / recent.CanaryTotal) - Parameters.Forecast[index] >= gate.MinimumRateDifference
            && definition is not SignalDefinition.Business;
    }
}
