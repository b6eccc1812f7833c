using Guardrail.Detection.Cells;
using Guardrail.Engine.Policies;

namespace Guardrail.Detection.Guarding;

/// <summary>The policy under which everything here is judged: the daemon's defaults, allowed to act.</summary>
public static class GuardDefaults
{
    /// <summary>Namespace of everything here.</summary>
    public const string Namespace = "bench";

    /// <summary>Name of the workload under test.</summary>
    public const string Workload = "shop";

    /// <summary>The defaults, with autonomy Enforce, which changes nothing in what is believed.</summary>
    /// <param name="tick">Distance between two reads of the counters, which the data fix; at most the policy's 60 s.</param>
    public static GuardPolicy Policy(TimeSpan tick) => new()
    {
        Name = "defaults",
        Namespace = Namespace,
        Autonomy = Autonomy.Enforce,
        Tick = tick < TimeSpan.FromSeconds(60) ? tick : TimeSpan.FromSeconds(60),
    };

    /// <summary>The same for a cell: strata where its service has routes, a business signal where it counts good events.</summary>
    /// <param name="cell">The cell.</param>
    public static GuardPolicy PolicyOf(Cell cell)
    {
        var policy = Policy(TimeSpan.FromSeconds(cell.Scraping.IntervalSeconds));
        IEnumerable<SignalDefinition> signals = cell.Routes.IsEmpty ? policy.Signals : policy.Signals.Select(signal => signal with { StratumLabels = ["route"] });
        return policy with { Signals = cell.Business is null ? [.. signals] : [.. signals, Orders] };
    }

    private static SignalDefinition.Business Orders { get; } = new()
    {
        Id = new("orders"),
        Weight = SignalPresets.BusinessWeight,
        Metric = "orders_total",
        Requests = "http_requests_total",
    };
}
