using System.Globalization;
using Spectre.Console;

namespace Guardrail.Cli.Demo;

/// <summary>Says at the end what came of the demo.</summary>
internal static class DemoSummary
{
    public static void Write(IAnsiConsole console, DemoReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("release", "verdict", "action", "after", "bad requests", "requests");
        foreach (var rollout in report.Rollouts)
        {
            var bad = rollout.Verdict != "Healthy";
            table.AddRow(
                Markup.Escape($"{rollout.FromRevision} → {rollout.ToRevision}"),
                bad ? $"[red]{rollout.Verdict}[/]" : $"[green]{rollout.Verdict}[/]",
                rollout.Action == "RollBack" ? "rolled back" : "left alone",
                rollout.SecondsFromFirstBadRequest is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s") : "-",
                rollout.BadRequests.ToString("N0", CultureInfo.InvariantCulture),
                rollout.Requests.ToString("N0", CultureInfo.InvariantCulture));
        }

        console.Write(table);
        foreach (var rollout in report.Rollouts)
        {
            console.WriteLine($"{rollout.ToRevision}: {rollout.Reason}");
        }

        console.MarkupLine(report.WentAsItShould
            ? "[green]The good release stayed, the bad one was taken back.[/]"
            : $"[red]That did not go as it should; seed {report.Seed} repeats its traffic.[/]");
    }
}
