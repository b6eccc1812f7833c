using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>What Guardrail knows of rollouts, wherever it runs.</summary>
internal interface IGuardrailSight
{
    /// <summary>The rollout of a workload as it stands now, or the last one; null when none was seen.</summary>
    RolloutSight? Of(WorkloadId workload);
}

/// <summary>A rollout as Guardrail sees it.</summary>
/// <param name="Id">Which.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Verdict">What is believed.</param>
internal sealed record RolloutSight(RolloutId Id, RolloutPhase Phase, Verdict Verdict);

/// <summary>An engine that runs in this process.</summary>
internal sealed class FleetSight(Fleet fleet) : IGuardrailSight
{
    public RolloutSight? Of(WorkloadId workload) =>
        fleet.Find(workload)?.Describe().Rollout is { } status ? new(status.Id, status.Phase, status.Verdict) : null;
}
