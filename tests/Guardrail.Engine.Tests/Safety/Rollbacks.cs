using Guardrail.Engine.Policies;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Safety;

/// <summary>Rollbacks that are told of, not carried out.</summary>
internal static class Rollbacks
{
    public static RollbackEntry At(
        double minute, string workload = "shop", string policy = "shop/shop", ChangeAuthor by = ChangeAuthor.Unknown, string decision = "rollback-v2-2") =>
        new(Scenario.Start.AddMinutes(minute), new("shop", WorkloadKind.Deployment, workload), "uid-" + workload, new(decision), policy, by);

    public static RollbackLedger Ledger(IEnumerable<RollbackEntry> entries)
    {
        var ledger = new RollbackLedger();
        foreach (var entry in entries)
        {
            ledger.Enter(entry);
        }

        return ledger;
    }

    public static GuardPolicy Policy(StormLimit? storm = null, FreezeLimit? freeze = null) =>
        Scenario.Enforcing with { Storm = storm ?? new(), Freeze = freeze ?? new() };
}
