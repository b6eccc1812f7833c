using System.Collections.Immutable;
using System.Text;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>Shows what came of a scenario as one HTML page without script and without anything to load, for a review.</summary>
public static class ScenarioReport
{
    private const int MostRollouts = 10;

    /// <summary>The page.</summary>
    /// <param name="result">What came of it. Without timelines the page has no pictures; without the run without Guardrail it compares nothing.</param>
    /// <param name="options">How it was made.</param>
    public static string Render(ScenarioResult result, ReportOptions options)
    {
        var html = new StringBuilder();
        var name = result.Scenario.Title.Length > 0 ? result.Scenario.Title : result.Scenario.Name;
        ReportParts.Begin(html, $"{name} – Guardrail");
        ReportParts.Append(html, "h1", name);
        ReportParts.Append(html, "p class=\"headline\"", Headline.Of(result));
        ReportTiles.Append(html, result);
        Story(html, result.Scenario);
        ReportTimeline.Append(html, result);
        ReportDamage.Append(html, result);
        Rollouts(html, result);
        Expectations(html, result.Checks);
        Reproduce(html, result, options);
        ReportParts.End(html);
        return html.ToString();
    }

    private static void Story(StringBuilder html, Scenario scenario)
    {
        foreach (var paragraph in scenario.Story.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            ReportParts.Append(html, "p", paragraph.Replace('\n', ' '));
        }

        ReportParts.Append(html, "p class=\"lead\"", string.Join(" · ", new[]
        {
            $"Scenario {scenario.Name}",
            ReportText.Count(scenario.Services.Length, "service", "services"),
            ReportText.Count(scenario.Services.Sum(s => s.Pods), "pod", "pods"),
            $"{ReportText.Time(scenario.Duration)} of virtual time",
            $"counters read every {ReportText.Time(scenario.Observe.Interval)}",
        }));
    }

    /// <summary>The rollouts that matter most in detail; all others only stand in the tables.</summary>
    private static void Rollouts(StringBuilder html, ScenarioResult result)
    {
        ImmutableArray<PlayedRollout> shown =
        [
            .. ReportRollout.ByWeight(result.Guarded).Take(MostRollouts).OrderBy(r => r.BegunAt),
        ];
        foreach (var rollout in shown)
        {
            ReportRollout.Append(html, result, rollout);
        }

        if (shown.Length < result.Guarded.Rollouts.Length)
        {
            var rest = result.Guarded.Rollouts.Length - shown.Length;
            ReportParts.Append(html, "h2", ReportText.Count(rest, "further rollout", "further rollouts"));
            ReportParts.Append(html, "p", "In detail the page shows the rollouts that did most harm, or about which most was done. The others:");
            ReportParts.Append(html, new ReportTable(
                ["Rollout", "Guardrail", "Verdict", "Bad requests"],
                [.. result.Guarded.Rollouts.Except(shown).Take(300).Select(r => ImmutableArray.Create(
                    $"{r.Service} {r.From} → {r.To}", ReportText.Of(r), ReportText.Verdict(r.Verdict), ReportText.Number(r.BadRequests)))]));
        }
    }

    private static void Expectations(StringBuilder html, ImmutableArray<ExpectationCheck> checks)
    {
        ReportParts.Append(html, "h2", "Expectations");
        if (checks.IsEmpty)
        {
            ReportParts.Append(html, "p", "The scenario expects nothing, so nothing was checked.");
            return;
        }

        ReportParts.Append(html, new ReportTable(
            ["About", "Expected", "Found", "Result"],
            [.. checks.Select(c => ImmutableArray.Create(c.Subject, c.Expected, c.Found, c.IsMet ? "✓ met" : "✗ NOT MET"))])
        { IsText = true });
    }

    private static void Reproduce(StringBuilder html, ScenarioResult result, ReportOptions options)
    {
        ReportParts.Append(html, "h2", "Play it again");
        ReportParts.Append(html, "p", $"The same scenario, seed and version give the same page, bit for bit. Seed {result.Seed}, Guardrail {options.Version}.");
        ReportParts.Append(html, "pre", options.Command);
    }
}
