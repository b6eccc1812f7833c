using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Guardrail.Detection.Recorded;
using Guardrail.Detection.Replay;
using Spectre.Console;

namespace Guardrail.Detection.Verbs;

/// <summary><c>recorded DIR [--output json]</c>: judges recorded rollouts and faults with the daemon's engine and defaults.</summary>
public static class RecordedVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var folder = new Argument<string>("DIR") { Description = "Folder with any of changerca, petshop, nezha, delag, shapes." };
        var output = OutputOption.Make();
        var command = new Command("recorded", "Judge recorded rollouts and faults.") { folder, output };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder), parsed.GetValue(output), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string folder, OutputKind kind, TextWriter output, TextWriter error)
    {
        try
        {
            var data = RecordedFolder.Read(folder);
            var reports = Reports(data);
            if (kind == OutputKind.Json)
            {
                output.WriteLine(JsonSerializer.Serialize(new { holds = RecordedSummary.Of(data), sets = reports.Select(Document) }, Json));
            }
            else
            {
                Write(TableConsole.Make(output), reports);
            }

            return ExitCodes.Success;
        }
        catch (RecordedDataException fault)
        {
            error.WriteLine(fault.Message);
            return ExitCodes.BadData;
        }
    }

    private static ImmutableArray<SetReport> Reports(RecordedFolder data)
    {
        var reports = ImmutableArray.CreateBuilder<SetReport>();
        Add(data.ChangeRca, ChangeRcaReplay.Report);
        Add(data.Petshop, PetshopReplay.Report);
        Add(data.Nezha, NezhaReplay.Report);
        Add(data.Delag, DelagReplay.Report);
        Add(data.Shapes, ShapesReplay.Report);
        return reports.ToImmutable();

        void Add<T>(T? set, Func<T, SetReport> report)
            where T : class
        {
            if (set is not null)
            {
                reports.Add(report(set));
            }
        }
    }

    private static object Document(SetReport report) => new
    {
        set = report.Set,
        about = report.About,
        parts = report.Parts.Select(part => new { name = part.Name, rows = part.Rows.Select(row => row.ToDictionary(cell => cell.Key, cell => cell.Value)) }),
    };

    private static void Write(IAnsiConsole console, IEnumerable<SetReport> reports)
    {
        foreach (var report in reports)
        {
            console.MarkupLineInterpolated($"[bold]{report.Set}[/]");
            console.WriteLine(report.About);
            foreach (var part in report.Parts.Where(part => !part.Rows.IsEmpty))
            {
                console.Write(TableOf(part));
            }
        }
    }

    private static Table TableOf(SetTable part)
    {
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(part.Name));
        foreach (var cell in part.Rows[0])
        {
            table.AddColumn(Markup.Escape(cell.Key));
        }

        foreach (var row in part.Rows)
        {
            table.AddRow([.. row.Select(cell => new Text(Word(cell.Value)))]);
        }

        return table;
    }

    private static string Word(object? value) => value switch
    {
        null => "-",
        bool truth => truth ? "yes" : "no",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
