using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Safety;

/// <summary>
/// What holds for all rollouts of a fleet together: no storm of rollbacks, none for a cause that all share, and no more changes by agents when too
/// many of theirs were rolled back.
/// </summary>
public sealed class FleetSafety : ISafety
{
    private readonly IReadOnlyDictionary<WorkloadId, GuardedWorkload> workloads;
    private readonly RollbackLedger ledger = new();

    internal FleetSafety(IReadOnlyDictionary<WorkloadId, GuardedWorkload> workloads) => this.workloads = workloads;

    /// <summary>Most rollbacks of the whole fleet; each policy has its own limit beside it. Default 3 in 10 min.</summary>
    public StormLimit FleetLimit { get; set; } = new();

    /// <summary>A policy's name as the rollbacks under it carry it.</summary>
    public static string NameOf(GuardPolicy policy) => $"{policy.Namespace}/{policy.Name}";

    /// <summary>The rollbacks that count, oldest first: all that must outlive the process.</summary>
    public ImmutableArray<RollbackEntry> Capture() => ledger.Capture();

    /// <summary>Remembers rollbacks from before this process began, from a snapshot or from records. What is known already stays as it is.</summary>
    public void Restore(IEnumerable<RollbackEntry> entries)
    {
        foreach (var entry in entries)
        {
            ledger.Enter(entry);
        }
    }

    /// <summary>Why changes that agents make under a policy must wait for a person; null when they need not.</summary>
    public string? Freeze(GuardPolicy policy, DateTimeOffset now) => TrendFreeze.Of(ledger, policy, now);

    /// <summary>Why rollbacks under a policy are decided but not carried out for now, there having been too many; null when they are carried out.</summary>
    public string? Storm(GuardPolicy policy, DateTimeOffset now) => StormBreaker.ObjectionTo(ledger, FleetLimit, policy, now)?.Reason;

    Objection? ISafety.ObjectionTo(WorkloadId workload, string uid, DecisionId decision, GuardPolicy policy, DateTimeOffset now) =>
        ledger.Has(workload, uid, decision)
            ? null
            : CommonCause.ObjectionTo(workloads.Values, workload, policy) ?? StormBreaker.ObjectionTo(ledger, FleetLimit, policy, now);

    void ISafety.Began(RollbackEntry entry) => ledger.Enter(entry);

    void ISafety.Withdrew(WorkloadId workload, string uid, DecisionId decision) => ledger.Withdraw(workload, uid, decision);
}
