using System.Globalization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;

namespace Guardrail.Engine.Safety;

/// <summary>
/// So many rollbacks at once are more likely one cause that is not the rollouts (a dependency, the metrics) than as many bad releases. Above the
/// limit a rollback is decided, but not carried out, until the window has passed.
/// </summary>
internal static class StormBreaker
{
    /// <summary>Why there shall be no further rollback now; null when nothing speaks against it.</summary>
    /// <param name="ledger">The rollbacks so far.</param>
    /// <param name="fleet">Limit of the whole fleet.</param>
    /// <param name="policy">The policy, with its own limit.</param>
    /// <param name="now">The time.</param>
    public static Objection? ObjectionTo(RollbackLedger ledger, StormLimit fleet, GuardPolicy policy, DateTimeOffset now)
    {
        var name = FleetSafety.NameOf(policy);
        return Tripped("the whole fleet", fleet, ledger.Within(fleet.Window, now))
            ?? Tripped($"policy {name}", policy.Storm, ledger.Within(policy.Storm.Window, now).Where(e => e.Policy == name));
    }

    private static Objection? Tripped(string scope, StormLimit limit, IEnumerable<RollbackEntry> rollbacks)
    {
        RollbackEntry[] lately = [.. rollbacks];
        return lately.Length < limit.Rollbacks
            ? null
            : new(
                "storm",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"storm: {Quantity.Of(lately.Length, "rollbacks")} in the last {limit.Window.TotalMinutes:0.#} min under {scope} "
                    + $"({string.Join(", ", lately.Select(e => e.Workload).Distinct().Take(5))}), where {Quantity.Of(limit.Rollbacks, "are", "is")} allowed; "
                    + $"look for a common cause, and roll back by hand what is bad by itself"));
    }
}
