using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>
/// Events per pod and time of the new revision against the old one: requests, of which fewer are bad (D3: requests vanish), or restarts and losses of
/// readiness, of which more are (D5). Exposure is the milliseconds that pods of either arm could be sent requests, or lived.
/// </summary>
internal sealed class RatioDetector : Detector
{
    /// <summary>Requests by which the new revision must fall short before that matters.</summary>
    private const double FewestMissing = 50;

    /// <summary>Ticks that requests must have been missing: a fault that has just set in must not be diluted by the good minute before.</summary>
    private const int TicksMissing = 3;

    /// <summary>Pods that must be affected before restarts speak of the revision and not of a pod.</summary>
    private const int FewestPods = 2;

    private readonly RateRatioTest test;
    private int podsAffected;

    public RatioDetector(DetectorKind kind, SignalId signal, SignalParameters parameters, TimeSpan tick)
        : this(kind, signal, parameters, tick, new ArmTotals(1))
    {
    }

    private RatioDetector(DetectorKind kind, SignalId signal, SignalParameters parameters, TimeSpan tick, ArmTotals totals)
        : base(kind, signal, parameters, totals) => test = new(OptionsOf(kind) with
        {
            NullRatio = parameters.NullRatio,
            Dispersion = parameters.Dispersion[0],
            EvidenceCap = parameters.EvidenceCap,
            FirstTickWeight = ComparisonDetector.FirstTickWeight,
            RestartHazard = RateRatioOptions.RestartHazardFor(tick),
        });

    public override double LogEvidence => test.LogEvidence;

    /// <summary>What a test of the kind looks for, before anything is known.</summary>
    public static RateRatioOptions OptionsOf(DetectorKind kind) => kind == DetectorKind.RequestShare ? ShareOptions : RateRatioOptions.PodLifecycle;

    public override double LogEvidenceOf(EffectGate gate) =>
        Matters(Totals.All(0)) || Matters(Totals.Newest(0, TicksMissing)) ? test.LogEvidence : double.NegativeInfinity;

    public override void Observe(in SignalTick tick)
    {
        if (!tick.IsOwn || (Kind == DetectorKind.PodLifecycle) != (tick.Track is null))
        {
            return;
        }

        TwoArmTally tally;
        if (tick.Track is { } track)
        {
            if (track.Signal.Id != Signal)
            {
                return;
            }

            tally = RequestsPerPod(track, tick.Arms);
        }
        else
        {
            tally = tick.Pods;
            podsAffected = tick.PodsAffected;
        }

        test.Observe(in tally);
        Totals.Add(new ReadOnlySpan<TwoArmTally>(in tally), 1);
        Ticks += tally is { ControlTotal: > 0, CanaryTotal: > 0 } ? 1 : 0;
    }

    public override DetectorState Capture() => new()
    {
        Kind = Kind,
        Signal = Signal,
        Parameters = Parameters,
        Ticks = Ticks,
        Totals = Totals.Capture(),
        Tests = [Numbers(test), [podsAffected]],
    };

    public static RatioDetector Restore(DetectorState state, TimeSpan tick)
    {
        var detector = new RatioDetector(state.Kind, state.Signal, state.Parameters, tick, ArmTotals.Restore(state.Totals))
        {
            Ticks = state.Ticks,
            podsAffected = (int)state.Tests[1][0],
        };
        detector.test.RestoreState(state.Tests[0].AsSpan());
        return detector;
    }

    private static readonly RateRatioOptions ShareOptions = RateRatioOptions.Success with { NullRatio = 2 };

    private static TwoArmTally RequestsPerPod(SignalTrack track, IPodArms arms)
    {
        var tally = default(TwoArmTally);
        foreach (var (pod, counters) in track.Ledger.Pods)
        {
            if (counters.Advanced && arms.ReadyArmOf(pod, counters.PendingFrom) is { } arm)
            {
                var (time, requests) = (counters.Milliseconds, counters.RequestsOf(track.Ledger.Width));
                tally = arm == Arm.Control
                    ? new(tally.ControlTotal + time, tally.CanaryTotal, tally.ControlEvents + requests, tally.CanaryEvents)
                    : new(tally.ControlTotal, tally.CanaryTotal + time, tally.ControlEvents, tally.CanaryEvents + requests);
            }
        }

        return tally;
    }

    private bool Matters(in TwoArmTally tally)
    {
        if (Kind == DetectorKind.PodLifecycle)
        {
            return podsAffected >= FewestPods;
        }

        var expected = tally.ControlTotal == 0 ? 0 : (double)tally.ControlEvents / tally.ControlTotal * tally.CanaryTotal;
        return expected - tally.CanaryEvents >= FewestMissing && tally.CanaryEvents * Parameters.NullRatio < expected;
    }
}
