using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Stamps the revision of a rollout that ended healthy as known good.</summary>
internal sealed class KnownGoodStamp(RolloutCase rollout)
{
    /// <summary>Whether the cluster refuses it, so that it is not asked for again.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Asks for the stamp unless it is there.</summary>
    public void StampIfHealthy(RolloutPhase.Ended ended, WorkloadView view, DateTimeOffset now)
    {
        var to = rollout.Id.To;
        var wanted = ended.Outcome == RolloutOutcome.Healthy && rollout.MayAct && !IsRefused && view.CurrentRevision == to;
        if (wanted && view.Revision(to) is { KnownGood: false } && rollout.Gate.IsOpen(now, view.Generation))
        {
            var verdict = rollout.Verdict;
            var action = new WorkloadAction.StampKnownGood
            {
                Decision = new($"good-{to}-{rollout.Id.Number}"),
                Workload = rollout.Id.Workload,
                Precondition = rollout.Expect(view),
                Reason = verdict.Reason,
                Configuration = rollout.Policy.RestoreConfig,
            };
            rollout.Act(DecisionKind.StampKnownGood, action, now, verdict, $"{to} is known good");
        }
    }
}
