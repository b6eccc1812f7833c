using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Safety;

/// <summary>Changes that agents made were rolled back too often lately: further ones wait for a person.</summary>
internal static class TrendFreeze
{
    /// <summary>Why a change that an agent made must wait; null when it need not.</summary>
    public static string? Of(RollbackLedger ledger, GuardPolicy policy, DateTimeOffset now)
    {
        var (limit, name) = (policy.Freeze, FleetSafety.NameOf(policy));
        RollbackEntry[] counted =
        [
            .. ledger.Within(limit.Window, now).Where(e => e.MadeBy == ChangeAuthor.Agent && e.Policy == name && !(e.At <= limit.LiftedAt)),
        ];
        return counted.Length < limit.Rollbacks
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Quantity.Of(counted.Length, "changes")} made by agents under policy {name} {(counted.Length == 1 ? "was" : "were")} rolled back in the last {limit.Window.TotalDays:0.##} days, "
                + $"the last one on {counted[^1].At:yyyy-MM-dd HH:mm} UTC ({counted[^1].Workload}): "
                + $"further ones wait for a person (resume this rollout by hand, or set freeze.liftedAt in the policy)");
    }
}
