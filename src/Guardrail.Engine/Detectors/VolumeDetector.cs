using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>
/// Requests of the whole workload against the least to be expected from the hour before the rollout (detection.md D4). Vetoed while most other
/// workloads lose their requests as well.
/// </summary>
internal sealed class VolumeDetector : Detector
{
    /// <summary>Requests that must be missing before that matters.</summary>
    private const double FewestMissing = 50;

    /// <summary>Ticks that they must have been missing.</summary>
    private const int TicksMissing = 3;

    private readonly ForgetfulTest test;
    private readonly PatientEvidence patience;

    public VolumeDetector(SignalId signal, SignalParameters parameters, TimeSpan tick)
        : this(signal, parameters, tick, new ArmTotals(1))
    {
    }

    private VolumeDetector(SignalId signal, SignalParameters parameters, TimeSpan tick, ArmTotals totals)
        : base(DetectorKind.Volume, signal, parameters, totals)
    {
        test = new(ForecastOptions.Drop with
        {
            Dispersion = parameters.Dispersion[0],
            EvidenceCap = parameters.EvidenceCap,
            FirstTickWeight = ComparisonDetector.FirstTickWeight,
            RestartHazard = RateRatioOptions.RestartHazardFor(tick),
        });
        patience = new(2 * tick);
    }

    public override double LogEvidence => test.LogEvidence;

    public override WorkloadId? VetoedBy => patience.VetoedBy;

    public override double LogEvidenceOf(EffectGate gate) =>
        patience.IsRipe && Matters(Totals.Newest(0, TicksMissing)) ? test.LogEvidence : double.NegativeInfinity;

    public override void Observe(in SignalTick tick)
    {
        if (!tick.IsOwn || tick.Track is not { } track || track.Signal.Id != Signal || !tick.Arms.AllReadyReport(track.Ledger))
        {
            return;
        }

        var (requests, seconds) = track.Volume;
        var expected = Parameters.Forecast[0] * seconds;
        if (patience.VetoedBy is null)
        {
            test.Observe(requests, expected);
        }

        var time = (long)(seconds * 1000);
        var tally = new TwoArmTally(time, time, (long)expected, requests);
        Totals.Add(new ReadOnlySpan<TwoArmTally>(in tally), 1);
        Ticks++;
    }

    public override void Consult(IPeers peers, IPodArms arms, WorkloadId own, GuardPolicy policy, DateTimeOffset now)
    {
        var elsewhere = LogEvidence > 0 || VetoedBy is not null ? peers.VolumeFellElsewhere(own) : null;
        if (patience.Look(LogEvidence, elsewhere, now))
        {
            test.Forget();
        }
    }

    public override DetectorState Capture() => patience.Capture(new()
    {
        Kind = Kind,
        Signal = Signal,
        Parameters = Parameters,
        Ticks = Ticks,
        Totals = Totals.Capture(),
        Tests = [[.. test.Capture()]],
    });

    public static VolumeDetector Restore(DetectorState state, TimeSpan tick)
    {
        var detector = new VolumeDetector(state.Signal, state.Parameters, tick, ArmTotals.Restore(state.Totals)) { Ticks = state.Ticks };
        detector.test.Restore(state.Tests[0].AsSpan());
        detector.patience.Restore(state);
        return detector;
    }

    private static bool Matters(in TwoArmTally tally) =>
        tally.ControlEvents - tally.CanaryEvents >= FewestMissing && tally.CanaryEvents * 2 < tally.ControlEvents;
}
