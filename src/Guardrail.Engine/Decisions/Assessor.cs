using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Decisions;

/// <summary>The decision rule: what a rollout's view and evidence say. A function of its arguments alone.</summary>
internal static class Assessor
{
    /// <summary>Fewest ticks with both arms serving before a rollout may be called healthy.</summary>
    private const int FewestTicks = 3;

    /// <summary>Assesses a rollout.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="budget">False-rollback budget of the rollout.</param>
    /// <param name="rollout">From where to where.</param>
    /// <param name="view">The workload now.</param>
    /// <param name="evidence">What has been compared; null before the new revision was observed.</param>
    /// <param name="gap">Why there is no data now; null when there is.</param>
    public static Assessment Assess(GuardPolicy policy, double budget, RolloutId rollout, WorkloadView view, EvidenceBook? evidence, string? gap)
    {
        var log = evidence?.LogEvidence ?? 0;
        var requests = evidence is null ? 0 : Math.Max(evidence.CanaryRequests, evidence.RequestsAfterwards);
        if (LifecycleRules.Broken(view, rollout.To) is { } broken)
        {
            return new(Belief.Regressed, broken, log, requests);
        }

        if (evidence is null)
        {
            return new(Belief.NoEvidence, gap ?? NeverTogether, log, requests);
        }

        var threshold = Statistics.Evidence.RollbackThreshold(budget);
        var doubt = Doubt.None;
        if (log >= threshold && evidence.LogEvidenceOf(policy.Effect) is var matters && matters >= threshold)
        {
            doubt = DoubtIn(policy, evidence, matters, threshold);
            if (doubt == Doubt.None)
            {
                return new(Belief.Regressed, null, log, requests);
            }
        }

        doubt = doubt == Doubt.None ? evidence.Doubt : doubt;
        if (gap is not null)
        {
            return new(Belief.NoEvidence, gap, log, requests) { Doubt = doubt };
        }

        var ticks = evidence.TicksCompared;
        if (ticks == 0 && evidence.RequestsAfterwards == 0)
        {
            return new(Belief.NoEvidence, NeverTogether, log, requests) { Doubt = doubt };
        }

        // What nobody would call healthy who looked at the counts is not healthy, only because the evidence is cautious or there was little time.
        var worse = evidence.LooksWorse(policy.Effect);
        var sufficient = evidence.CanaryRequests >= policy.Pacing.StepRequests && ticks >= FewestTicks && log < Statistics.Evidence.HoldThreshold;
        return new(sufficient && !worse && !evidence.InTrouble && doubt == Doubt.None ? Belief.Healthy : Belief.Undecided, null, log, requests)
        {
            Doubt = doubt,
            LooksWorse = worse,
            InTrouble = evidence.InTrouble,
        };
    }

    private const string NeverTogether = "the two revisions have not been observed serving at the same time";

    /// <summary>What speaks against acting on evidence that would suffice.</summary>
    private static Doubt DoubtIn(GuardPolicy policy, EvidenceBook evidence, double matters, double threshold)
    {
        if (evidence.LogPlacebo >= Statistics.Evidence.HoldThreshold && matters < 2 * threshold)
        {
            return Doubt.PodsDiffer;
        }

        return evidence.LogEvidenceWithoutOnePod(policy.Effect) < threshold ? Doubt.OnePod : Doubt.None;
    }
}
