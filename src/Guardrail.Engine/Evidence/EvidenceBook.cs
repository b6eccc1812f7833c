using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Evidence;

/// <summary>All evidence of one rollout: its detectors, and the weighted sum of their e-values, which is valid under any dependence.</summary>
internal sealed class EvidenceBook
{
    private readonly Detector[] detectors;
    private EvidencePath path = new();

    public EvidenceBook(Detector[] detectors) => this.detectors = detectors;

    /// <summary>Every way in which the rollout is looked at; at least one.</summary>
    public ReadOnlySpan<Detector> Detectors => detectors;

    /// <summary>How the evidence came about.</summary>
    public EvidencePath Path => path;

    /// <summary>Log of the rollout's e-value, in nats.</summary>
    public double LogEvidence
    {
        get
        {
            Span<double> logs = stackalloc double[detectors.Length];
            for (var i = 0; i < detectors.Length; i++)
            {
                logs[i] = detectors[i].LogEvidence;
            }

            return Combine(logs);
        }
    }

    /// <summary>The same without what other workloads say, in nats.</summary>
    public double LogEvidenceOfItsOwn
    {
        get
        {
            Span<double> logs = stackalloc double[detectors.Length];
            for (var i = 0; i < detectors.Length; i++)
            {
                logs[i] = detectors[i].Kind == DetectorKind.Impact ? double.NegativeInfinity : detectors[i].LogEvidence;
            }

            return Combine(logs);
        }
    }

    /// <summary>
    /// Log of the e-value of the old revision's pods against themselves, in nats: above the hold threshold, the pods differ in ways that the tests
    /// take for impossible.
    /// </summary>
    public double LogPlacebo
    {
        get
        {
            Span<double> logs = stackalloc double[detectors.Length];
            for (var i = 0; i < detectors.Length; i++)
            {
                logs[i] = detectors[i].LogPlacebo ?? 0;
            }

            return Combine(logs);
        }
    }

    /// <summary>Requests of the new revision in the detector that saw most.</summary>
    public long CanaryRequests => MostRequests(DetectorKind.Comparison);

    /// <summary>Requests of the new revision seen after the old one was gone.</summary>
    public long RequestsAfterwards => MostRequests(DetectorKind.AfterRollout);

    /// <summary>Ticks in which both arms served, of the signal with most.</summary>
    public int TicksCompared
    {
        get
        {
            var most = 0;
            foreach (var detector in detectors)
            {
                most = detector.Kind == DetectorKind.Comparison ? Math.Max(most, detector.Ticks) : most;
            }

            return most;
        }
    }

    /// <summary>Pod of the new revision that the strongest signal speaks most against; null when pods are not told apart.</summary>
    public PodId? Suspect(EffectGate gate) => StrongestOf(gate).Suspect;

    /// <summary>Whose trouble explains evidence that would else speak against the rollout; null when nobody's does.</summary>
    public WorkloadId? VetoedBy
    {
        get
        {
            foreach (var detector in detectors)
            {
                if (detector.VetoedBy is { } other)
                {
                    return other;
                }
            }

            return null;
        }
    }

    /// <summary>Trouble of both revisions since the new one serves; null when there is none.</summary>
    public SharedTrouble? Shared { get; private set; }

    /// <summary>Whether the workload serves more errors than usual now, by whichever revision: then nothing looks healthy.</summary>
    public bool InTrouble { get; private set; }

    /// <summary>What else speaks against acting on evidence of a detector; none when nothing does.</summary>
    public Doubt Doubt
    {
        get
        {
            foreach (var detector in detectors)
            {
                if (detector.Doubt != Doubt.None)
                {
                    return detector.Doubt;
                }
            }

            return VetoedBy is not null ? Doubt.Elsewhere : Shared is not null ? Doubt.BothRevisions : Doubt.None;
        }
    }

    /// <summary>Log of the rollout's e-value of differences that matter and have no other cause.</summary>
    public double LogEvidenceOf(EffectGate gate)
    {
        Span<double> logs = stackalloc double[detectors.Length];
        for (var i = 0; i < detectors.Length; i++)
        {
            logs[i] = detectors[i].LogEvidenceOf(gate);
        }

        return Combine(logs);
    }

    /// <summary>The same with the one pod of the new revision left out that speaks most against it.</summary>
    public double LogEvidenceWithoutOnePod(EffectGate gate)
    {
        Span<double> logs = stackalloc double[detectors.Length];
        for (var i = 0; i < detectors.Length; i++)
        {
            logs[i] = detectors[i].LogEvidenceWithoutOnePod(gate);
        }

        return Combine(logs);
    }

    /// <summary>Whether the new revision looks worse in some way: too little for a rollback, too much to be called healthy.</summary>
    public bool LooksWorse(EffectGate gate)
    {
        foreach (var detector in detectors)
        {
            if (detector.LooksWorse(gate))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The detector that adds most to the evidence of differences that matter.</summary>
    public Detector StrongestOf(EffectGate gate)
    {
        var best = detectors[0];
        var most = double.NegativeInfinity;
        foreach (var detector in detectors)
        {
            var contribution = Math.Log(detector.Parameters.Weight) + detector.LogEvidenceOf(gate);
            (best, most) = contribution > most ? (detector, contribution) : (best, most);
        }

        return most > double.NegativeInfinity ? best : Loudest;
    }

    /// <summary>Hands a tick to the detectors that it concerns.</summary>
    public void Observe(in SignalTick tick)
    {
        foreach (var detector in detectors)
        {
            detector.Observe(in tick);
        }
    }

    /// <summary>Looks for other causes and takes note of where the evidence stands. Once per report, after all ticks.</summary>
    /// <param name="peers">The other workloads.</param>
    /// <param name="arms">Which arm a pod belongs to.</param>
    /// <param name="own">The rollout's workload.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="serving">When the new revision's first pod became ready.</param>
    /// <param name="now">The time.</param>
    public void Consult(IPeers peers, IPodArms arms, WorkloadId own, GuardPolicy policy, DateTimeOffset serving, DateTimeOffset now)
    {
        Shared = SharedTrouble.Find(peers, arms, own, policy, serving);
        InTrouble = IsInTrouble(peers, own, policy);
        foreach (var detector in detectors)
        {
            detector.Consult(peers, arms, own, policy, now);
        }

        path.Add(now, LogEvidence);
    }

    public EvidenceBookState Capture() => new([.. detectors.Select(d => d.Capture())], path.Capture(), Shared, InTrouble);

    /// <summary>Goes on from a snapshot with those of its signals that the policy still names; null when it names none of them.</summary>
    public static EvidenceBook? Restore(EvidenceBookState state, GuardPolicy policy)
    {
        Detector[] restored = [.. state.Detectors.Select(d => Restore(d, policy)).OfType<Detector>()];
        return restored.Length == 0 ? null : new(restored)
        {
            path = EvidencePath.Restore(state.Path),
            Shared = state.Shared,
            InTrouble = state.InTrouble,
        };
    }

    private Detector Loudest
    {
        get
        {
            var best = detectors[0];
            foreach (var detector in detectors)
            {
                best = Contribution(detector) > Contribution(best) ? detector : best;
            }

            return best;
        }
    }

    private static bool IsInTrouble(IPeers peers, WorkloadId own, GuardPolicy policy)
    {
        var signals = policy.Signals;
        for (var i = 0; i < signals.Count; i++)
        {
            if (signals[i] is SignalDefinition.ErrorRate && peers.TrackOf(new(own, signals[i].Id)) is { Overall.IsOn: true })
            {
                return true;
            }
        }

        return false;
    }

    private static double Contribution(Detector detector) => Math.Log(detector.Parameters.Weight) + detector.LogEvidence;

    private static Detector? Restore(DetectorState state, GuardPolicy policy)
    {
        var signal = policy.Signals.FirstOrDefault(s => s.Id == state.Signal);
        return state.Kind switch
        {
            DetectorKind.Comparison => signal is null ? null : ComparisonDetector.Restore(state, signal, policy.Tick),
            DetectorKind.AfterRollout => signal is null ? null : ExcessDetector.Restore(state, signal, policy.Tick),
            DetectorKind.Impact => ExcessDetector.Restore(state, SignalElsewhere(state.Signal), policy.Tick),
            DetectorKind.Volume => signal is null ? null : VolumeDetector.Restore(state, policy.Tick),
            DetectorKind.RequestShare => signal is null ? null : RatioDetector.Restore(state, policy.Tick),
            _ => RatioDetector.Restore(state, policy.Tick),
        };
    }

    /// <summary>Stands for a signal of another policy, of which only the name matters here.</summary>
    private static SignalDefinition.ErrorRate SignalElsewhere(SignalId id) => new() { Id = id, Weight = 1, Metric = id.Name, OutcomeLabels = [] };

    private long MostRequests(DetectorKind kind)
    {
        long most = 0;
        foreach (var detector in detectors)
        {
            most = detector.Kind == kind ? Math.Max(most, detector.Totals.All(0).CanaryTotal) : most;
        }

        return most;
    }

    private double Combine(ReadOnlySpan<double> logs)
    {
        Span<double> weights = stackalloc double[detectors.Length];
        for (var i = 0; i < detectors.Length; i++)
        {
            weights[i] = detectors[i].Parameters.Weight;
        }

        return Statistics.Evidence.Combine(weights, logs);
    }
}

/// <summary>State of the evidence, for snapshots.</summary>
public sealed record EvidenceBookState(ImmutableArray<DetectorState> Detectors, EvidencePathState Path, SharedTrouble? Shared, bool InTrouble = false);
