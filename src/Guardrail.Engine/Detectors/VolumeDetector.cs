using Guardrail.Engine.Decisions;
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

    /// <summary>Share of the forecast below which requests have vanished, whatever others do.</summary>
    private const double VanishedShare = 0.05;

    private readonly ForgetfulTest test;
    private readonly PatientEvidence patience;
    private bool alone;

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

    /// <summary>Who has nobody to compare himself with cannot tell a broken release from a quiet hour, unless nothing at all arrives.</summary>
    public override Doubt Doubt => alone && Matters() && !HaveVanished ? Doubt.Alone : Doubt.None;

    public override double LogEvidenceOf(EffectGate gate) => Matters() && (!alone || HaveVanished) ? test.LogEvidence : double.NegativeInfinity;

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
        alone = !peers.KnowVolumeBeside(own);
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

    private bool HaveVanished => Totals.Newest(0, TicksMissing) is var newest && newest.CanaryEvents < VanishedShare * newest.ControlEvents;

    private bool Matters()
    {
        var newest = Totals.Newest(0, TicksMissing);
        return patience.IsRipe && newest.ControlEvents - newest.CanaryEvents >= FewestMissing && newest.CanaryEvents * 2 < newest.ControlEvents;
    }
}
