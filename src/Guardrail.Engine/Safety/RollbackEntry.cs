using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Safety;

/// <summary>One rollback that Guardrail asked for.</summary>
/// <param name="At">When.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Decision">The decision; the same one asked for again is no second rollback.</param>
/// <param name="Policy">The policy, as <c>namespace/name</c>.</param>
/// <param name="MadeBy">Who had made the change that was taken back.</param>
public sealed record RollbackEntry(
    DateTimeOffset At, WorkloadId Workload, string Uid, DecisionId Decision, string Policy, ChangeAuthor MadeBy)
{
    /// <summary>Whether it is this decision.</summary>
    internal bool Is(WorkloadId workload, string uid, DecisionId decision) => Workload == workload && Uid == uid && Decision == decision;
}
