using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>
/// One way of looking at a rollout: takes ticks over and turns them into evidence. Closed: <see cref="ComparisonDetector"/>, <see
/// cref="RatioDetector"/>, <see cref="VolumeDetector"/>, <see cref="ExcessDetector"/>. Taking over a tick allocates nothing once every pod is known.
/// </summary>
internal abstract class Detector
{
    private protected Detector(DetectorKind kind, SignalId signal, SignalParameters parameters, ArmTotals totals) =>
        (Kind, Signal, Parameters, Totals) = (kind, signal, parameters, totals);

    public DetectorKind Kind { get; }

    public SignalId Signal { get; }

    /// <summary>The workload whose signal it is; null when it is the rollout's own.</summary>
    public virtual WorkloadId? Of => null;

    public SignalParameters Parameters { get; }

    /// <summary>What was counted; what the arms are depends on <see cref="Kind"/>, see <see cref="Decisions.Explanation"/>.</summary>
    public ArmTotals Totals { get; }

    /// <summary>Ticks that counted.</summary>
    public int Ticks { get; private protected set; }

    /// <summary>Log of the e-value, in nats.</summary>
    public abstract double LogEvidence { get; }

    /// <summary>
    /// Log of the e-value if events whose difference is too small to matter gave none, and none while it is vetoed or not ripe: never more than
    /// <see cref="LogEvidence"/>, so that its bound holds as well.
    /// </summary>
    public abstract double LogEvidenceOf(EffectGate gate);

    /// <summary>The same without the one pod of the new revision that speaks most against it; where pods are not told apart, the same.</summary>
    public virtual double LogEvidenceWithoutOnePod(EffectGate gate) => LogEvidenceOf(gate);

    /// <summary>Log of the e-value of the old revision's pods against themselves; null when that is not tested.</summary>
    public virtual double? LogPlacebo => null;

    /// <summary>
    /// Whether the new revision looks worse by a difference that matters and that chance rarely makes: too little for a rollback, too much to be
    /// called healthy.
    /// </summary>
    public virtual bool LooksWorse(EffectGate gate) => false;

    /// <summary>Pod of the new revision that speaks most against it; null when pods are not told apart.</summary>
    public virtual PodId? Suspect => null;

    /// <summary>Whose trouble vetoes the evidence; null when nobody's does.</summary>
    public virtual WorkloadId? VetoedBy => null;

    /// <summary>Why evidence that would suffice is for a person to judge; none when it is not.</summary>
    public virtual Doubt Doubt => Doubt.None;

    /// <summary>Number of the event with the most evidence among those whose difference matters; of all when none does or no gate is given.</summary>
    public virtual int StrongestOf(EffectGate? gate) => 0;

    /// <summary>Takes over a tick, if it concerns this detector.</summary>
    public abstract void Observe(in SignalTick tick);

    /// <summary>Asks whether the evidence has another cause.</summary>
    public virtual void Consult(IPeers peers, IPodArms arms, WorkloadId own, GuardPolicy policy, DateTimeOffset now)
    {
    }

    /// <summary>Requests of the new revision until the evidence reaches a threshold, if all goes on as lately; null when that is not known.</summary>
    public virtual double? RequestsNeeded(double threshold) => null;

    public abstract DetectorState Capture();

    /// <summary>Standard deviations from which a difference is more than chance: 1 in 40, at the border of what counts as healthy.</summary>
    private protected const double MoreThanChance = 2;

    private protected static double MeanOf(ReadOnlySpan<double> logs) => LogDomain.MeanExp(logs);

    private protected static ImmutableArray<double> Numbers(RateRatioTest test)
    {
        var values = new double[test.StateLength];
        test.CopyStateTo(values);
        return [.. values];
    }

    private protected static ImmutableArray<double> Numbers(ForecastTest test)
    {
        var values = new double[test.StateLength];
        test.CopyStateTo(values);
        return [.. values];
    }

    private protected static ImmutableArray<double> Numbers(RateRatioScore score)
    {
        var values = new double[RateRatioScore.StateLength];
        score.CopyStateTo(values);
        return [.. values];
    }

    private protected static ImmutableArray<double> Numbers(LeaveOnePodOut test)
    {
        var values = new double[test.StateLength];
        test.CopyStateTo(values);
        return [.. values];
    }
}
