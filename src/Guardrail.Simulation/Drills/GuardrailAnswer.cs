using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;

namespace Guardrail.Simulation.Drills;

/// <summary>What Guardrail says when it is asked.</summary>
internal static class GuardrailAnswer
{
    public static string Of(GuardedWorkload? guarded) => guarded?.Describe().Rollout is not { } rollout
        ? "Guardrail has seen no rollout of it"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{rollout.Id.To}: {Believes(rollout.Verdict)}; evidence {Math.Max(0, rollout.LogEvidence):0.0} of the {rollout.RollbackThreshold:0.0} nats for a rollback: {rollout.Verdict.Reason}");

    private static string Believes(Verdict verdict) => verdict switch
    {
        Verdict.Healthy => "healthy",
        Verdict.Regressed => "regressed",
        Verdict.NoEvidence => "no evidence",
        _ => "undecided",
    };
}
