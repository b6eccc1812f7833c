using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Safety;

/// <summary>What a rollout asks before it acts: whether it is one of too many.</summary>
internal interface ISafety
{
    /// <summary>Why a rollback shall not be carried out now; null when nothing speaks against it, or it was admitted before.</summary>
    Objection? ObjectionTo(WorkloadId workload, string uid, DecisionId decision, GuardPolicy policy, DateTimeOffset now);

    /// <summary>A rollback is asked for.</summary>
    void Began(RollbackEntry entry);

    /// <summary>A rollback that was asked for is not carried out.</summary>
    void Withdrew(WorkloadId workload, string uid, DecisionId decision);

    /// <summary>Why a change that an agent made must wait; null when it need not.</summary>
    string? Freeze(GuardPolicy policy, DateTimeOffset now);
}

/// <summary>Of a workload that is guarded alone.</summary>
internal sealed class NoSafety : ISafety
{
    public static NoSafety Instance { get; } = new();

    public Objection? ObjectionTo(WorkloadId workload, string uid, DecisionId decision, GuardPolicy policy, DateTimeOffset now) => null;

    public void Began(RollbackEntry entry)
    {
    }

    public void Withdrew(WorkloadId workload, string uid, DecisionId decision)
    {
    }

    public string? Freeze(GuardPolicy policy, DateTimeOffset now) => null;
}
