using Guardrail.Engine.Guarding;
using Guardrail.Engine.Rollouts;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>What Guardrail holds of a rollout, as a timeline keeps it.</summary>
internal static class EvidenceTicks
{
    public static EvidenceTick? Of(GuardedWorkload? guarded)
    {
        if (guarded is not { IsChanging: true } || guarded.Describe().Rollout is not { } rollout)
        {
            return null;
        }

        return new()
        {
            From = rollout.Id.From.Hash,
            To = rollout.Id.To.Hash,
            Phase = rollout.Phase.Name,
            Verdict = rollout.Verdict.Name,
            Log = rollout.LogEvidence,
            HoldAt = Statistics.Evidence.HoldThreshold,
            RollBackAt = rollout.RollbackThreshold,
            Signals = [.. rollout.Signals.Select(s => new SignalEvidence(s.Signal.Name, s.Kind, s.Workload?.Name, s.LogEvidence))],
        };
    }
}
