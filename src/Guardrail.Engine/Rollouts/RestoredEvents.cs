using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Policies;

namespace Guardrail.Engine.Rollouts;

/// <summary>What to look at after a rollback, by what it was made for.</summary>
internal static class RestoredEvents
{
    /// <summary>Share of requests that an edge is looked at by when nothing says which is telling.</summary>
    private const double TellingRate = 0.02;

    /// <summary>The signal for which the revision was taken back; null when it was none of the policy's (a crash loop).</summary>
    public static SignalDefinition? Cause(Verdict? verdict, GuardPolicy policy) =>
        verdict is Verdict.Regressed regressed ? policy.Signals.FirstOrDefault(s => s.Id.Name == regressed.Signal) : null;

    /// <summary>Why errors and latency do not tell whether it is cured; null when they do.</summary>
    public static string? Unmeasured(Verdict? verdict, GuardPolicy policy) => (Cause(verdict, policy), verdict) switch
    {
        (SignalDefinition.Business, _) or (null, Verdict.Regressed { Signal: "requests" or "volume" or "impact" }) =>
            $"it was taken back for its {((Verdict.Regressed)verdict!).Signal}, of which errors and latency of this workload say nothing",
        _ => null,
    };

    /// <summary>
    /// A signal of the restored revision: the event that spoke most against the revision taken back, and enough requests to see five of them if
    /// nothing had become better.
    /// </summary>
    public static RestoredSignal Of(UsualLevel usual, RolloutCase rollout)
    {
        var needed = Math.Max(1, rollout.Policy.Pacing.StepRequests);
        var (index, distance) = (0, double.PositiveInfinity);
        for (var i = 0; i < usual.Rates.Length; i++)
        {
            var away = Math.Abs(Math.Log(Math.Max(usual.Rates[i], 1e-9) / TellingRate));
            (index, distance) = away < distance ? (i, away) : (index, distance);
        }

        if (Spoke(usual, rollout) is { } detector)
        {
            var strongest = detector.StrongestOf(rollout.Policy.Effect);
            index = usual.Edges.IsEmpty ? 0 : Math.Max(0, usual.Edges.IndexOf(detector.Parameters.Edges[strongest]));
            var tally = Finding.Telling(detector, strongest);
            var share = tally.CanaryTotal == 0 ? 0 : (double)tally.CanaryEvents / tally.CanaryTotal;
            if (share - usual.Rates[index] >= rollout.Policy.Effect.MinimumRateDifference)
            {
                needed = Math.Max(needed, (long)Math.Ceiling(rollout.Policy.Effect.MinimumEvents / share));
            }
        }

        return new(usual, index, needed);
    }

    private static Detector? Spoke(UsualLevel usual, RolloutCase rollout)
    {
        Detector? best = null;
        foreach (var detector in rollout.Evidence is { } evidence ? evidence.Detectors : [])
        {
            var fits = detector.Signal == usual.Signal && detector is { Kind: DetectorKind.Comparison or DetectorKind.AfterRollout, Ticks: > 0 };
            best = fits && !(best?.LogEvidence >= detector.LogEvidence) ? detector : best;
        }

        return best;
    }
}
