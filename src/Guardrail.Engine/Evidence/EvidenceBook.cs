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

    /// <summary>The signal that adds most to the rollout's evidence.</summary>
    public SignalDetector Strongest
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

    public static EvidenceBook Restore(ImmutableArray<SignalDetectorState> states, GuardPolicy policy) =>
        new([.. states.Select(s => SignalDetector.Restore(s, policy))]);

    private static double Contribution(SignalDetector detector) => Math.Log(detector.Parameters.Weight) + detector.LogEvidence;
}
