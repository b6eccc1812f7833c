using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Observations;

/// <summary>What became of an action, as an observation.</summary>
/// <param name="At">When it became known.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Decision">The decision that asked for the action.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record ActionReport(DateTimeOffset At, WorkloadId Workload, DecisionId Decision, ActionOutcome Outcome);
