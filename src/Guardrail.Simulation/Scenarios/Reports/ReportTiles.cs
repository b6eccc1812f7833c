using System.Text;
using Guardrail.Reporting;
using static Guardrail.Simulation.Scenarios.Reports.ReportText;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>The few numbers at the head of the page.</summary>
internal static class ReportTiles
{
    public static void Append(StringBuilder html, ScenarioResult result)
    {
        var (run, truth) = (result.Guarded, result.Guarded.Truth);
        html.Append("<ul class=\"tiles\">");
        if (run.Rollouts.Where(r => !r.IsHealthy && r.Took is not null).MaxBy(r => r.Took) is { } slowest)
        {
            var is1 = run.Rollouts.Count(r => !r.IsHealthy && r.Took is not null) == 1;
            Tile(Time(slowest.Took!.Value), $"from the first bad request to the {(slowest.Action is ExpectedAction.Page ? "call" : slowest.Action is ExpectedAction.Hold ? "hold" : "rollback")}{(is1 ? "" : ", at the slowest")}");
        }
        else
        {
            var untroubled = run.Rollouts.Count(r => r.Action == ExpectedAction.None);
            Tile($"{Number(untroubled)} of {Number(run.Rollouts.Length)}", "rollouts went on untroubled");
        }

        Tile(Number(truth.BadRequests), $"requests spoilt, of {Number(truth.Requests)}");
        if (result.Unguarded is { } without)
        {
            Tile(Number(without.Truth.BadRequests), "requests spoilt without Guardrail");
        }

        if (!result.Checks.IsEmpty)
        {
            Tile($"{(result.IsMet ? "✓" : "✗")} {result.Checks.Count(c => c.IsMet)} of {result.Checks.Length}", result.Checks.Length == 1 ? "expectation met" : "expectations met");
        }

        html.Append("</ul>\n");

        void Tile(string number, string what)
        {
            html.Append("<li>");
            ReportParts.Append(html, "b", number);
            ReportParts.Append(html, "span", what);
            html.Append("</li>");
        }
    }
}
