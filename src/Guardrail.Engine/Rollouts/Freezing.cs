using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Tells a person, once, when a rollout that an agent made must wait because too many of theirs were rolled back.</summary>
internal sealed class Freezing(RolloutCase rollout)
{
    /// <summary>Whether a person was told.</summary>
    public bool IsTold { get; set; }

    /// <summary>Looks again.</summary>
    /// <returns>Why the rollout must wait; null when it need not.</returns>
    public string? Look(WorkloadView view, DateTimeOffset now)
    {
        var frozen = view.MadeBy == ChangeAuthor.Agent && view.CurrentRevision == rollout.Id.To ? rollout.Safety.Freeze(rollout.Policy, now) : null;
        if (frozen is not null && !IsTold)
        {
            IsTold = true;
            rollout.Decide(DecisionKind.Page, "frozen", now, $"the rollout to {rollout.Id.To} was made by an agent; {frozen}");
        }

        return frozen;
    }
}
