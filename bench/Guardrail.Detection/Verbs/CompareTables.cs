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
        console.Write(Rules("Other rules where orders are under test", result.Business));
        console.WriteLine("False: share of healthy releases taken back, as the mean over the healthy cells of that kind, and in the worst of them. Tuned: the setting that");
        console.WriteLine("fires most easily among those whose mean is at most 1 in 100. By worst: the same if even the worst cell must not exceed 1 in 100.");
        console.Write(Faulty(result));
        console.WriteLine("Tuned: over all healthy cells. At home: on the calm traffic of that service alone, at most 1 in 100; false is its mean over all days of that service.");
        console.Write(Attributed(result));
        console.Write(Must(result));
        Wins(console, "Where a rule tuned over all healthy cells does better", PeerWin.Of(result));
        Wins(console, "Where a rule tuned on that service's calm traffic alone does better", PeerWin.AtHome(result));
        console.WriteLine();
        console.WriteLine(result.Origin.Sentence);
        console.WriteLine(result.Origin.Command);
    }

    private static void Wins(IAnsiConsole console, string heading, IReadOnlyCollection<PeerWin> wins)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{heading}{(wins.Count == 0 ? ": nowhere" : string.Empty)}[/]");
        foreach (var win in wins)
        {
            console.MarkupLineInterpolated($"  {win.Cell}: {win.Peer.Name} {win.Sentence}");
        }
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
        var table = Make(title, "Rule", "Knob", "Default", "False", "Worst", "Tuned to", "False ", "Worst ", "By worst");
        foreach (var rule in rules)
        {
            var tuned = rule.Tuned;
            Add(
                table,
                rule.Family,
                rule.Default.Setting.Knob,
                Value(rule.Default),
                Wording.Percent(rule.Default.Rate),
                Wording.Percent(rule.Default.WorstRate),
                tuned is null ? "none" : Value(tuned),
                tuned is null ? "-" : Wording.Percent(tuned.Rate),
                tuned is null ? "-" : Wording.Percent(tuned.WorstRate),
                rule.TunedInWorst is null ? "none" : Value(rule.TunedInWorst));
        }

        return table;
    }

    private static Table Faulty(CompareResult result)
    {
        var table = Make("Faulty cells: seconds from onset to decision", "Cell", "Found", "p50 (95 %)", "p90", "Held", "Paged", "Bad", "Fastest tuned rule", "p50", "Bad ", "Fastest at home", "p50 ", "False at home");
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
                peer is null ? "-" : Count(peer.Delay.Bad),
                cell.FastestAtHome?.Name ?? "none finds half",
                cell.FastestAtHome is { } home ? Wording.Seconds(home.Delay.Median) : "-",
                cell.FastestAtHome?.OfService is { } days ? Wording.Percent(days.Rate) : "-");
        }

        return table;
    }

    private static Table Attributed(CompareResult result)
    {
        var table = Make("Faults that are not the revision's alone", "Cell", "Right answer", "Given", "Held", "Paged", "p50 to the call", "Taken back", "Bad", "Rule that takes most back", "Taken back ");
        foreach (var cell in result.Attributed)
        {
            var most = cell.Cell.Tuned.MaxBy(peer => peer.Delay.Share);
            Add(
                table,
                cell.Cell.Name,
                Wording.Answer(cell.Answer),
                $"{cell.Right} of {cell.Runs}",
                Count(cell.Cell.Held),
                Count(cell.Cell.Paged),
                Wording.Seconds(cell.MedianCall),
                Count(cell.Cell.Guard.Detected),
                Count(cell.Cell.Guard.Bad),
                most?.Name ?? "-",
                most is null ? "-" : Wording.Percent(most.Delay.Share));
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

    private static string Value(SettingRate rate) => Wording.Knob(rate.Setting.Value);

    private static string Count(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
