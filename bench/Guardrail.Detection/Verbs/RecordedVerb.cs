using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Guardrail.Detection.Recorded;
using Spectre.Console;

namespace Guardrail.Detection.Verbs;

/// <summary><c>recorded DIR [--output json]</c>: reads recorded data.</summary>
public static class RecordedVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var folder = new Argument<string>("DIR") { Description = "Folder with any of changerca, petshop, nezha, delag, shapes." };
        var output = OutputOption.Make();
        var command = new Command("recorded", "Read recorded rollouts and faults.") { folder, output };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder), parsed.GetValue(output), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string folder, OutputKind kind, TextWriter output, TextWriter error)
    {
        try
        {
            var sets = RecordedSummary.Of(RecordedFolder.Read(folder));
            if (kind == OutputKind.Json)
            {
                output.WriteLine(JsonSerializer.Serialize(new { sets }, Json));
                return ExitCodes.Success;
            }

            var table = new Table().Border(TableBorder.Simple).AddColumn("Set").AddColumn("Holds").AddColumn(new TableColumn("Count").RightAligned());
            foreach (var (set, hold) in sets.SelectMany(set => set.Holds.Select(hold => (set, hold))))
            {
                table.AddRow(Markup.Escape(set.Set), Markup.Escape(hold.Kind), hold.Count.ToString("#,0", CultureInfo.InvariantCulture));
            }

            AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output) }).Write(table);
            return ExitCodes.Success;
        }
        catch (RecordedDataException fault)
        {
            error.WriteLine(fault.Message);
            return ExitCodes.BadData;
        }
    }
}
