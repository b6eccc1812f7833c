using Guardrail.Cli.Output;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>Shows a team's drills as text.</summary>
internal static class DrillReportText
{
    public static void Write(DrillOverview overview, string folder, Screen screen)
    {
        screen.Out.WriteLine(screen.Paint(screen.Clean(DrillHeadline.Of(overview)), overview.IsOverdue ? Tone.Bad : Tone.Good));
        if (overview.All.IsEmpty)
        {
            screen.Out.WriteLine(screen.Clean($"{folder} holds none; hold one with {InvokedAs.Current} drill start SCENARIO --participants NAMES."));
        }
        else
        {
            Drills(overview, screen);
            Scenarios(overview, screen);
        }

        People(overview, screen);
    }

    private static void Drills(DrillOverview overview, Screen screen)
    {
        var earlier = overview.All.Length - overview.Recent.Length;
        if (!overview.Recent.IsEmpty)
        {
            screen.Out.WriteLine();
            var table = new TextTable("DRILL", "SCENARIO", "DETECTED", "DECIDED", "MITIGATED", "WRONG", "SPOILT", "GUARDRAIL ALONE", "NOBODY", "WHO");
            foreach (var drill in overview.Recent.Reverse())
            {
                var score = drill.Score;
                table.Add(
                    (DrillWords.Day(drill.StartedAt), Tone.Plain),
                    (drill.Scenario, Tone.Plain),
                    (DrillWords.Reached(score, score.Detected), Tone.Plain),
                    (DrillWords.Reached(score, score.Decided), Tone.Plain),
                    (DrillWords.Mitigated(score), Tone.Plain),
                    (DrillWords.Number(score.Wrong.Length), score.Wrong.IsEmpty ? Tone.Good : Tone.Bad),
                    (DrillWords.Number(score.Requests.Spoilt), Tone.Plain),
                    (DrillWords.Number(score.Requests.GuardrailAlone), Tone.Plain),
                    (DrillWords.Number(score.Requests.Nobody), Tone.Plain),
                    ($"{DrillWords.People(drill)}; {DrillWords.Of(drill.Guardrail)}", Tone.Plain));
            }

            table.Write(screen);
        }

        if (earlier > 0)
        {
            screen.Out.WriteLine($"and {earlier} before {DrillWords.Day(overview.AsOf - overview.Every)}");
        }
    }

    private static void Scenarios(DrillOverview overview, Screen screen)
    {
        screen.Out.WriteLine();
        var table = new TextTable("SCENARIO", "DRILLS", "LAST", "NEXT DUE", "AGAINST THE DRILL BEFORE");
        foreach (var scenario in overview.Scenarios)
        {
            table.Add(
                (scenario.Name, Tone.Plain),
                (DrillWords.Number(scenario.Drills), Tone.Plain),
                (DrillWords.Day(scenario.Last.StartedAt), Tone.Plain),
                Due(scenario.DueAt, scenario.IsOverdue),
                (Trend(scenario), Tone.Plain));
        }

        table.Write(screen);
    }

    private static string Trend(DrilledScenario scenario)
    {
        (string What, TimeSpan? Change)[] changes =
        [
            ("detected", scenario.Change(s => s.Detected)), ("decided", scenario.Change(s => s.Decided)), ("mitigated", scenario.Change(s => s.Mitigated)),
        ];
        var words = string.Join(", ", changes.Where(c => c.Change is not null).Select(c => $"{c.What} {DrillWords.Change(c.Change)}"));
        return scenario.Former is null ? "-" : words.Length > 0 ? words : "no times to compare";
    }

    private static void People(DrillOverview overview, Screen screen)
    {
        if (overview.People.IsEmpty)
        {
            return;
        }

        screen.Out.WriteLine();
        var table = new TextTable("WHO", "DRILLS", "LAST", "NEXT DUE");
        foreach (var person in overview.People)
        {
            table.Add(
                (person.Name, Tone.Plain),
                (DrillWords.Number(person.Recent), Tone.Plain),
                (person.LastAt is { } last ? DrillWords.Day(last) : "never", Tone.Plain),
                Due(person.DueAt, person.IsOverdue));
        }

        table.Write(screen);
    }

    private static (string, Tone) Due(DateTimeOffset? at, bool isOverdue) => at is not { } due
        ? ("overdue", Tone.Bad)
        : isOverdue ? ($"overdue since {DrillWords.Day(due)}", Tone.Bad) : (DrillWords.Day(due), Tone.Good);
}
