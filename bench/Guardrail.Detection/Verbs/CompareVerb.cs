using System.Collections.Immutable;
using System.CommandLine;
using Guardrail.Detection.Cells;
using Guardrail.Detection.Comparison;
using Spectre.Console;

namespace Guardrail.Detection.Verbs;

/// <summary><c>compare [--quick] [--seed N] [--cells TEXT] [--output json] [--report FILE.html]</c>: compares Guardrail with the rules of other tools.</summary>
public static class CompareVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var quick = new Option<bool>("--quick") { Description = $"At most a minute on two idle cores: {Numbers(CompareOptions.Quick)}; wide limits. Without it about an hour: {Numbers(CompareOptions.Full)}." };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of all randomness; the same seed gives the same numbers on any number of cores. Default 1." };
        var healthy = Runs("--healthy-runs", "Runs of Guardrail per healthy cell");
        var peer = Runs("--peer-runs", "Runs among them that the other rules watch too");
        var faulty = Runs("--faulty-runs", "Runs per faulty cell");
        var cells = new Option<string>("--cells") { Description = "Only cells whose name holds this text, or one of several texts between semicolons. Without a healthy cell of its kind a faulty one is compared with nobody. Default: all.", DefaultValueFactory = _ => string.Empty };
        var report = new Option<FileInfo?>("--report") { Description = "HTML file to write a page with plots to. It loads nothing." };
        var output = OutputOption.Make();
        var command = new Command(
            "compare",
            "Compare Guardrail with the rules of other tools on the same simulated rollouts: first the healthy cells, over which the other rules are tuned to at most 1 false rollback in 100 (mean over the cells, and in the worst cell), then the faulty ones. Progress goes to standard error, the result to standard output.")
        {
            quick,
            seed,
            healthy,
            peer,
            faulty,
            cells,
            report,
            output,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var options = parsed.GetValue(quick) ? CompareOptions.Quick : CompareOptions.Full;
            options = options with
            {
                Seed = parsed.GetValue(seed) ?? options.Seed,
                HealthyRuns = parsed.GetValue(healthy) ?? options.HealthyRuns,
                PeerRuns = parsed.GetValue(peer) ?? options.PeerRuns,
                FaultyRuns = parsed.GetValue(faulty) ?? options.FaultyRuns,
            };
            var invocation = parsed.InvocationConfiguration;
            return Task.Run(() => Run(options, parsed.GetValue(cells)!, parsed.GetValue(output), parsed.GetValue(report), invocation.Output, invocation.Error, cancellation), cancellation);
        });
        return command;
    }

    private static Option<int?> Runs(string name, string description)
    {
        var option = new Option<int?>(name) { Description = $"{description}, at least 1. Default: by --quick." };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 1_000_000)
            {
                result.AddError($"{name} is from 1 to 1,000,000.");
            }
        });
        return option;
    }

    private static int Run(
        CompareOptions options, string cells, OutputKind kind, FileInfo? report, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var (healthy, faulty) = (Matching(CellCatalogue.Healthy, cells), Matching(CellCatalogue.Faulty, cells));
        if (healthy.IsEmpty)
        {
            error.WriteLine($"--cells '{cells}' names no healthy cell, and without one the other rules cannot be tuned; add one after a semicolon, such as '{cells};three routes'.");
            return ExitCodes.BadData;
        }

        if (report is { Directory.Exists: false })
        {
            error.WriteLine($"The report cannot be written: {report.DirectoryName} is not a folder.");
            return ExitCodes.BadData;
        }

        var result = WithProgress(options, healthy, faulty, error, cancellation);
        if (report is not null)
        {
            File.WriteAllText(report.FullName, ComparePage.Render(result));
        }

        if (kind == OutputKind.Json)
        {
            output.WriteLine(CompareJson.Write(result));
        }
        else
        {
            CompareTables.Write(TableConsole.Make(output), result);
        }

        return ExitCodes.Success;
    }

    private static ImmutableArray<Cell> Matching(ImmutableArray<Cell> cells, string text) =>
        [.. cells.Where(cell => text.Length == 0 || text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(part => cell.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))];

    private static string Numbers(CompareOptions options) => FormattableString.Invariant(
        $"{options.HealthyRuns:#,0} runs per healthy cell, {options.PeerRuns:#,0} of them with the other rules, {options.FaultyRuns:#,0} per faulty cell");

    private static CompareResult WithProgress(
        CompareOptions options, ImmutableArray<Cell> healthy, ImmutableArray<Cell> faulty, TextWriter error, CancellationToken cancellation)
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(error) });
        return console.Progress().AutoClear(true).Start(progress =>
        {
            var task = progress.AddTask("playing rollouts", maxValue: Comparer.RunsOf(options, healthy, faulty));
            return Comparer.Compare(healthy, faulty, options, runs => task.Increment(runs), cancellation);
        });
    }
}
