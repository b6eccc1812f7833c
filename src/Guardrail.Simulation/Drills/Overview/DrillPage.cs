using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Guardrail.Reporting;

namespace Guardrail.Simulation.Drills;

/// <summary>Shows a team's drills as one HTML page without script and without anything to load.</summary>
public static class DrillPage
{
    private const int MostRows = 200;

    /// <summary>The page.</summary>
    /// <param name="overview">The drills.</param>
    /// <param name="command">The command that makes it again.</param>
    public static string Render(DrillOverview overview, string command)
    {
        var html = new StringBuilder();
        var days = DrillWords.Number((long)overview.Every.TotalDays);
        ReportParts.Begin(html, "Drills – Guardrail");
        ReportParts.Append(html, "h1", "Drills");
        ReportParts.Append(html, "p class=\"headline\"", DrillHeadline.Of(overview));
        Tiles(html, overview);
        Drills(html, $"The last {days} days", overview.Recent);
        if (DrillPlot.Of(overview) is { } plot)
        {
            ReportParts.Append(html, "h2", "Times, drill by drill");
            ReportParts.Append(html, plot, 860, 380, isTitled: false);
        }

        People(html, overview, days);
        Scenarios(html, overview);
        Wrong(html, overview);
        Drills(html, "Before", [.. overview.All.Except(overview.Recent)]);
        ReportParts.Append(html, "h2", "How to read it");
        ReportParts.Append(html, "p", "Times count from the first request that a bad rollout spoilt. Mitigated means that no request was spoilt any more, for at least a minute and to the end. "
            + "Requests are counted over the drill's whole length, also after its participants called it over; the other two columns are plays of the same seed.");
        ReportParts.Append(html, "pre", command);
        ReportParts.End(html);
        return html.ToString();
    }

    private static void Tiles(StringBuilder html, DrillOverview overview)
    {
        var recent = overview.Recent;
        var wrong = recent.Sum(d => d.Score.Wrong.Length);
        TimeSpan[] mitigated = [.. recent.Select(d => d.Score.Mitigated?.Took).OfType<TimeSpan>().Order()];
        html.Append("<ul class=\"tiles\">");
        Tile(DrillWords.Number(recent.Length), $"{(recent.Length == 1 ? "drill" : "drills")} in {DrillWords.Number((long)overview.Every.TotalDays)} days");
        Tile($"{overview.People.Count(p => !p.IsOverdue)} of {overview.People.Length}", "people drilled in time");
        if (mitigated.Length > 0)
        {
            Tile(DrillWords.Time(mitigated[mitigated.Length / 2]), "from the first bad request to the last, in the median");
        }

        Tile(DrillWords.Number(wrong), wrong == 1 ? "wrong action" : "wrong actions");
        var overdue = overview.People.Count(p => p.IsOverdue) + overview.Scenarios.Count(s => s.IsOverdue);
        Tile((overdue == 0 ? "✓ " : "✗ ") + DrillWords.Number(overdue), "overdue");
        html.Append("</ul>\n");

        void Tile(string number, string what)
        {
            html.Append("<li>");
            ReportParts.Append(html, "b", number);
            ReportParts.Append(html, "span", what);
            html.Append("</li>");
        }
    }

    private static void Drills(StringBuilder html, string heading, ImmutableArray<DrillResult> drills)
    {
        if (drills.IsEmpty)
        {
            return;
        }

        ReportParts.Append(html, "h2", heading);
        ReportParts.Append(html, new ReportTable(
            ["Drill", "Who", "Detected", "Decided", "Mitigated", "Wrong", "Spoilt", "Guardrail alone", "Nobody"],
            [.. drills.Reverse().Take(MostRows).Select(d => ImmutableArray.Create(
                $"{DrillWords.Day(d.StartedAt)} {d.Scenario}",
                $"{DrillWords.People(d)}; {DrillWords.Of(d.Guardrail)}",
                DrillWords.Reached(d.Score, d.Score.Detected),
                DrillWords.Reached(d.Score, d.Score.Decided),
                DrillWords.Mitigated(d.Score),
                DrillWords.Number(d.Score.Wrong.Length),
                DrillWords.Number(d.Score.Requests.Spoilt),
                DrillWords.Number(d.Score.Requests.GuardrailAlone),
                DrillWords.Number(d.Score.Requests.Nobody)))]));
    }

    private static void People(StringBuilder html, DrillOverview overview, string days)
    {
        if (!overview.People.IsEmpty)
        {
            ReportParts.Append(html, "h2", "People");
            ReportParts.Append(html, new ReportTable(
                ["Who", $"Drills in {days} days", "Last", "Next due"],
                [.. overview.People.Select(p => ImmutableArray.Create(
                    p.Name, DrillWords.Number(p.Recent), p.LastAt is { } last ? DrillWords.Day(last) : "never", Due(p.DueAt, p.IsOverdue)))]));
        }
    }

    private static void Scenarios(StringBuilder html, DrillOverview overview)
    {
        if (!overview.Scenarios.IsEmpty)
        {
            ReportParts.Append(html, "h2", "Scenarios");
            ReportParts.Append(html, new ReportTable(
                ["Scenario", "Drills", "Last", "Mitigated", "Against the drill before", "Next due"],
                [.. overview.Scenarios.Select(s => ImmutableArray.Create(
                    s.Name, DrillWords.Number(s.Drills), DrillWords.Day(s.Last.StartedAt), DrillWords.Mitigated(s.Last.Score),
                    DrillWords.Change(s.Change(score => score.Mitigated)), Due(s.DueAt, s.IsOverdue)))]));
        }
    }

    private static void Wrong(StringBuilder html, DrillOverview overview)
    {
        ImmutableArray<ImmutableArray<string>> rows =
        [
            .. overview.Recent.SelectMany(d => d.Score.Wrong.Select(w => ImmutableArray.Create(
                $"{DrillWords.Day(d.StartedAt)} {d.Scenario} {DrillWords.Clock(w.At)}", w.By, w.What, w.Why))).Take(MostRows),
        ];
        if (!rows.IsEmpty)
        {
            ReportParts.Append(html, "h2", "Wrong actions");
            ReportParts.Append(html, new ReportTable(["When", "Who", "What", "Why it was wrong"], rows) { IsText = true });
        }
    }

    private static string Due(DateTimeOffset? at, bool isOverdue) => (isOverdue, at) switch
    {
        (_, null) => "✗ overdue",
        (true, { } due) => $"✗ overdue since {DrillWords.Day(due)}",
        (_, { } due) => DrillWords.Day(due),
    };
}
