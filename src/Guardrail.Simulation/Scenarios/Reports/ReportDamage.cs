using System.Collections.Immutable;
using System.Text;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>What users got, with Guardrail and without.</summary>
internal static class ReportDamage
{
    private const int MostServices = 40;

    public static void Append(StringBuilder html, ScenarioResult result)
    {
        ReportParts.Append(html, "h2", result.Unguarded is null ? "What users got" : "With Guardrail and without");
        if (LossPlot.Of(result.Guarded, result.Unguarded) is { } plot)
        {
            ReportParts.Append(html, plot, 860, 340, isTitled: true);
        }

        var with = Rows(result.Guarded);
        var without = result.Unguarded is { } other ? Rows(other) : null;
        var named = result.Scenario.Services.Select(s => s.Name)
            .Where(name => Differs(with.GetValueOrDefault(name), without?.GetValueOrDefault(name)))
            .OrderByDescending(name => without?.GetValueOrDefault(name).BadRequests ?? with.GetValueOrDefault(name).BadRequests).Take(MostServices);
        ReportParts.Append(html, new ReportTable(
            without is null
                ? ["Service", "Requests", "Errors", "Spoilt"]
                : ["Service", "Requests", "Errors", "Errors without", "Found no pod", "No pod without", "Spoilt", "Spoilt without"],
            [.. named.Select(name => Row(name, with.GetValueOrDefault(name), without?.GetValueOrDefault(name))), Row("all services", result.Guarded.Truth, result.Unguarded?.Truth)]));
        ReportParts.Append(
            html, "p class=\"lead\"", "Spoilt: failed, slowed or lost because of a revision that was rolled out. Errors are all 5xx, whatever their cause. A request that fails at two services counts at both.");
    }

    private static bool Differs(Truth with, Truth? without) => with.BadRequests > 0 || without?.BadRequests > 0;

    private static ImmutableArray<string> Row(string name, Truth with, Truth? without) => without is { } other
        ?
        [
            name, ReportText.Number(with.Requests), ReportText.Number(with.Errors), ReportText.Number(other.Errors), ReportText.Number(with.Unserved),
            ReportText.Number(other.Unserved), ReportText.Number(with.BadRequests), ReportText.Number(other.BadRequests),
        ]
        : [name, ReportText.Number(with.Requests), ReportText.Number(with.Errors), ReportText.Number(with.BadRequests)];

    private static Dictionary<string, Truth> Rows(ScenarioRun run) => run.Services.ToDictionary(
        s => s.Service,
        s => s.Ticks.Aggregate(default(Truth), (sum, t) => sum + new Truth(
            t.Control.Requests + (t.Canary?.Requests ?? 0) + t.Unserved, t.Control.Errors + (t.Canary?.Errors ?? 0), t.Unserved, t.BadRequests)),
        StringComparer.Ordinal);
}
