using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Decisions;

/// <summary>The decision rule: what a rollout's view and evidence say. A function of its arguments alone.</summary>
internal static class Assessor
{
    /// <summary>Fewest ticks with both arms serving before a rollout may be called healthy.</summary>
    private const int FewestTicks = 3;

    /// <summary>Assesses a rollout.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="rollout">From where to where.</param>
    /// <param name="view">The workload now.</param>
    /// <param name="evidence">What has been compared; null before both arms were observed.</param>
    /// <param name="gap">Why there is no data now; null when there is.</param>
    public static Assessment Assess(GuardPolicy policy, RolloutId rollout, WorkloadView view, EvidenceBook? evidence, string? gap)
    {
        var log = evidence?.LogEvidence ?? 0;
        var requests = evidence is null ? 0 : CanaryRequests(evidence);
        if (LifecycleRules.Broken(view, rollout.To) is { } broken)
        {
            return new(Belief.Regressed, broken, log, requests);
        }

        if (evidence is null)
        {
            return new(Belief.NoEvidence, gap ?? "the two revisions have not been observed serving at the same time", log, requests);
        }

        var threshold = Statistics.Evidence.RollbackThreshold(policy.FalseRollbackBudget.Value);
        if (log >= threshold && evidence.LogEvidenceOf(policy.Effect) >= threshold)
        {
            return new(Belief.Regressed, null, log, requests);
        }

        if (gap is not null)
        {
            return new(Belief.NoEvidence, gap, log, requests);
        }

        var ticks = TicksCompared(evidence);
        if (ticks == 0)
        {
            return new(Belief.NoEvidence, "the two revisions have not served requests at the same time", log, requests);
        }

        var sufficient = requests >= policy.Pacing.StepRequests && ticks >= FewestTicks && log < Statistics.Evidence.HoldThreshold;
        return new(sufficient ? Belief.Healthy : Belief.Undecided, null, log, requests);
    }

    private static long CanaryRequests(EvidenceBook evidence)
    {
        long most = 0;
        foreach (var detector in evidence.Detectors)
        {
            most = Math.Max(most, detector.Totals.All(0).CanaryTotal);
        }

        return most;
    }

    private static int TicksCompared(EvidenceBook evidence)
    {
        var most = 0;
        foreach (var detector in evidence.Detectors)
        {
            most = Math.Max(most, detector.TicksCompared);
        }

        return most;
    }
}
