using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>How a rollout stands, in as few words as people look for; made every tick, and compared to tell whether there is news.</summary>
/// <param name="Phase">Name of its phase.</param>
/// <param name="Belief">What is believed of the new revision.</param>
/// <param name="IsSuspicious">Whether the evidence reached the hold threshold, or there is something that a person should look at.</param>
/// <param name="IsBlind">Whether evidence has been missing for longer than the policy's blind budget.</param>
/// <param name="Pause">Whether the rollout stands still, and who stopped it.</param>
public readonly record struct Standing(string Phase, Belief Belief, bool IsSuspicious, bool IsBlind, PauseState Pause)
{
    internal static Standing Of(Rollout rollout, WorkloadView view) =>
        new(rollout.Phase.Name, rollout.Assessment.Belief, rollout.Assessment.IsSuspicious, rollout.IsBlind, view.Pause);
}
