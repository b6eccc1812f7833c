using System.Globalization;
using Guardrail.Detection.Comparison;
using Spectre.Console;

namespace Guardrail.Detection.Verbs;

/// <summary>The comparison as tables for people.</summary>
internal static class CompareTables
{
    public static void Write(IAnsiConsole console, CompareResult result)
    {
        console.Write(Healthy(result));
        console.Write(Rules("Other rules where errors are under test", result.Errors));
        console.Write(Rules("Other rules where latency is under test", result.Latency));
        console.Write(Faulty(result));
        console.Write(Must(result));
        var wins = PeerWin.Of(result);
        console.MarkupLine(wins.IsEmpty ? "[bold]No tuned rule does better anywhere.[/]" : "[bold]Where a tuned rule does better[/]");
        foreach (var win in wins)
        {
            console.MarkupLineInterpolated($"  {win.Cell}: {win.Peer.Name} {win.How}");
        }

        console.WriteLine();
        console.WriteLine(result.Origin.Sentence);
        console.WriteLine(result.Origin.Command);
    }

    private static Table Make(string title, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).Title($"[bold]{Markup.Escape(title)}[/]");
        foreach (var (column, index) in columns.Select((column, index) => (column, index)))
        {
            table.AddColumn(index == 0 ? new TableColumn(column) : new TableColumn(column).RightAligned());
        }

        return table;
    }

    private static void Add(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);

    private static Table Healthy(CompareResult result)
    {
        var table = Make("Healthy cells: Guardrail", "Cell", "Runs", "Taken back", "Upper 95 %", "Held", "Paged");
        foreach (var cell in result.Healthy)
        {
            Add(table, cell.Name, Count(cell.Runs), Count(cell.False), Wording.Percent(cell.Upper), Count(cell.Held), Count(cell.Paged));
        }

        return table;
    }

    private static Table Rules(string title, IEnumerable<TunedRule> rules)
    {
        var table = Make(title, "Rule", "Knob", "Default", "False", "Tuned to", "False ", "Worst cell");
        foreach (var rule in rules)
        {
            var tuned = rule.Tuned;
            Add(
                table,
                rule.Family,
                rule.Default.Setting.Knob,
                Value(rule.Default),
                Wording.Percent(rule.Default.Rate),
                tuned is null ? "none" : Value(tuned),
                tuned is null ? "-" : Wording.Percent(tuned.Rate),
                tuned is null or { False: 0 } ? "-" : $"{Wording.Percent(tuned.WorstRate)} {tuned.WorstCell}");
        }

        return table;
    }

    private static Table Faulty(CompareResult result)
    {
        var table = Make("Faulty cells: seconds from onset to decision", "Cell", "Found", "p50 (95 %)", "p90", "Held", "Paged", "Bad", "Fastest tuned rule", "p50", "Bad ");
        foreach (var cell in result.Faulty)
        {
            var peer = cell.Fastest;
            Add(
                table,
                cell.Name,
                Wording.Percent(cell.Guard.Share),
                Wording.Delay(cell.Guard),
                Wording.Seconds(cell.Guard.P90),
                Count(cell.Held),
                Count(cell.Paged),
                Count(cell.Guard.Bad),
                peer?.Name ?? "none finds half",
                peer is null ? "-" : Wording.Seconds(peer.Delay.Median),
                peer is null ? "-" : Count(peer.Delay.Bad));
        }

        return table;
    }

    private static Table Must(CompareResult result)
    {
        var table = Make("What is to be shown", "Claim", "Measured", "Holds");
        table.Columns[1].Alignment = Justify.Left;
        foreach (var claim in Claims.Of(result))
        {
            Add(table, claim.Text, claim.Measured, claim.Holds ? "yes" : "NO");
        }

        return table;
    }

    private static string Value(SettingRate rate) => rate.Setting.Value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Count(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
