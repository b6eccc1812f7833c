using System.Collections.Immutable;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>What the plots of one rollout share: the axis of time and what stands on it.</summary>
internal static class SpanAxis
{
    /// <summary>The axis.</summary>
    public static PlotAxis Of(RolloutSpan span) => new("virtual time")
    {
        IsTime = true,
        Format = ReportText.Clock,
        Low = span.From.TotalSeconds,
        High = span.To.TotalSeconds,
    };

    /// <summary>What happened to the rollout.</summary>
    public static ImmutableArray<PlotRule> Moments(RolloutSpan span)
    {
        var rollout = span.Rollout;
        (TimeSpan? At, string Words)[] all =
        [
            (rollout.BegunAt, "rolled out"), (rollout.FirstBadAt, "first bad"), (rollout.HeldAt, "held"), (rollout.RolledBackAt, "taken back"),
            (rollout.IsOnlyAdvised ? rollout.AdvisedAt : null, "would take back"), (rollout.PagedAt, "person called"),
        ];
        return [.. all.Where(m => m.At >= span.From && m.At <= span.To).Select(m => new PlotRule(m.At!.Value.TotalSeconds, m.Words))];
    }
}
