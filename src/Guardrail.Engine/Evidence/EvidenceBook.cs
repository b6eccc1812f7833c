using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Statistics;

namespace Guardrail.Engine.Evidence;

/// <summary>All evidence of one rollout: a detector per signal, and their weighted sum.</summary>
internal sealed class EvidenceBook
{
    private readonly SignalDetector[] detectors;

    private EvidenceBook(SignalDetector[] detectors) => this.detectors = detectors;

    /// <summary>One detector per signal that had data when the comparison began.</summary>
    public ReadOnlySpan<SignalDetector> Detectors => detectors;

    /// <summary>Log of the rollout's e-value, in nats: log of the weighted sum of the signals' e-values, valid under any dependence.</summary>
    public double LogEvidence
    {
        get
        {
            Span<double> weights = stackalloc double[detectors.Length];
            Span<double> logs = stackalloc double[detectors.Length];
            for (var i = 0; i < detectors.Length; i++)
            {
                (weights[i], logs[i]) = (detectors[i].Parameters.Weight, detectors[i].LogEvidence);
            }

            return Statistics.Evidence.Combine(weights, logs);
        }
    }

    /// <summary>Log of the rollout's e-value if events whose difference is too small to matter gave none.</summary>
    public double LogEvidenceOf(EffectGate gate)
    {
        Span<double> weights = stackalloc double[detectors.Length];
        Span<double> logs = stackalloc double[detectors.Length];
        for (var i = 0; i < detectors.Length; i++)
        {
            (weights[i], logs[i]) = (detectors[i].Parameters.Weight, detectors[i].LogEvidenceOf(gate));
        }

        return Statistics.Evidence.Combine(weights, logs);
    }

    /// <summary>The signal that adds most to the evidence of differences that matter.</summary>
    public SignalDetector StrongestOf(EffectGate gate)
    {
        var best = detectors[0];
        var most = double.NegativeInfinity;
        foreach (var detector in detectors)
        {
            var contribution = Math.Log(detector.Parameters.Weight) + detector.LogEvidenceOf(gate);
            (best, most) = contribution > most ? (detector, contribution) : (best, most);
        }

        return best;
    }

    /// <summary>Makes a book over the signals that have data, their weights renormalised to 1.</summary>
    public static EvidenceBook Freeze(GuardPolicy policy, IReadOnlyList<SignalTrack> tracks)
    {
        var sum = tracks.Sum(t => t.Signal.Weight);
        return new([.. tracks.Select(t => SignalDetector.Freeze(t.Signal, t.Signal.Weight / sum, policy, t.Ledger, t.Baseline))]);
    }

    /// <summary>The detector of a signal; null when the signal had no data when the comparison began.</summary>
    public SignalDetector? For(SignalId signal)
    {
        foreach (var detector in detectors)
        {
            if (detector.Signal.Id == signal)
            {
                return detector;
            }
        }

        return null;
    }

    public ImmutableArray<SignalDetectorState> Capture() => [.. detectors.Select(d => d.Capture())];

    /// <summary>Goes on from a snapshot with those of its signals that the policy still names; null when it names none of them.</summary>
    public static EvidenceBook? Restore(ImmutableArray<SignalDetectorState> states, GuardPolicy policy)
    {
        SignalDetector[] restored =
        [
            .. from state in states
               from signal in policy.Signals
               where signal.Id == state.Signal
               select SignalDetector.Restore(state, signal, policy.Tick),
        ];
        return restored.Length == 0 ? null : new(restored);
    }
}
