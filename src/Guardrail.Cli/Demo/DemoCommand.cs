using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Guardrail.Cli.Demo;

/// <summary><c>guardrail demo</c>: the real daemon guards an embedded shop through a good release and a bad one.</summary>
internal static class DemoCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "Seed of the traffic and its faults.", DefaultValueFactory = _ => 1, CustomParser = Seed };
        var output = new Option<DemoOutput>("--output", "-o")
        {
            Description = "text shows it live; json prints one object on standard output at the end, everything for people goes to standard error.",
            DefaultValueFactory = _ => DemoOutput.Text,
            CustomParser = Choices.Parse<DemoOutput>,
        };
        var command = new Command("demo", "Shows a bad release being found and taken back, on an embedded cluster, in about a minute.") { seed, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(seed), parsed.GetValue(output), cancellationToken));
        return command;
    }

    private static ulong Seed(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
        {
            result.AddError($"'{text}' is no seed; --seed takes a whole number from 0 to {ulong.MaxValue}.");
        }

        return seed;
    }

    private static async Task<int> RunAsync(ulong seed, DemoOutput output, CancellationToken cancellationToken)
    {
        var console = output == DemoOutput.Json
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
            : AnsiConsole.Console;
        var live = output == DemoOutput.Text && console.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
        IDemoView view = live ? new LiveDemoView(console) : new PlainDemoView(console);
        try
        {
            var report = await view.ShowAsync(token => new DemoRun(seed, view, TimeProvider.System).RunAsync(token), cancellationToken);
            if (output == DemoOutput.Json)
            {
                await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, Json));
            }
            else
            {
                DemoSummary.Write(console, report);
            }

            return report.WentAsItShould ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("guardrail: the demo was interrupted; everything it started has been stopped.");
            return ExitCode.Failed;
        }
        catch (TimeoutException late)
        {
            await Console.Error.WriteLineAsync($"guardrail: {late.Message}");
            return ExitCode.Failed;
        }
    }
}

/// <summary>What the demo prints.</summary>
internal enum DemoOutput
{
    /// <summary>A live view for people.</summary>
    Text,

    /// <summary>One JSON object at the end.</summary>
    Json,
}
