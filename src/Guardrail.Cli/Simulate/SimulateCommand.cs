using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary><c>guardrail simulate</c>: plays a scenario, and says what Guardrail would do.</summary>
internal static class SimulateCommand
{
    private const int MostRuns = 1_000_000;

    public static Command Create()
    {
        var scenario = new Argument<string?>("scenario")
        {
            Description = "Name of a scenario of the library, or a file.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "NAME|FILE",
        };
        var options = new SimulateOptions();
        var init = new Option<string?>("--init")
        {
            Description = "Write a commented scenario to begin with, by default to incident.yaml.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "FILE",
        };
        var command = new Command("simulate", "Plays an incident in virtual time, hours in a second, or live, or in a test cluster, and says what Guardrail makes of it.")
        {
            scenario, options.Seed, options.Runs, options.Output, options.JUnit, options.Report, options.WithoutGuardrail,
            options.Live, options.Speed, options.From, options.Until, options.Plain, init,
            ScenarioListCommand.Create(),
            ScenarioShowCommand.Create(),
            ScenarioSchemaCommand.Create(),
        };
        foreach (var option in options.Cluster.All)
        {
            command.Options.Add(option);
        }

        options.Seed.CustomParser = Seed;
        options.Runs.CustomParser = Runs;
        command.SetAction((parsed, cancellationToken) => parsed.GetResult(init) is { Implicit: false }
            ? Task.FromResult(StarterScenario.Write(parsed.GetValue(init) ?? "incident.yaml"))
            : RunAsync(parsed, parsed.GetValue(scenario), options, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string? name, SimulateOptions options, CancellationToken cancellationToken)
    {
        var screen = Screen.OfProcess(parsed.GetValue(options.Plain));
        try
        {
            if (name is null)
            {
                throw new ConfigurationException("no scenario is named; give a file, or a name of guardrail simulate list.");
            }

            var wishes = options.Read(parsed, name);
            var scenario = options.Cut(parsed, ScenarioSource.Load(name));
            return await SimulateRun.RunAsync(scenario, screen, wishes, cancellationToken);
        }
        catch (ConfigurationException fault)
        {
            await screen.Error.WriteLineAsync("guardrail: " + fault.Message);
            return ExitCode.CannotStart;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await screen.Error.WriteLineAsync("guardrail: interrupted; everything that was started has been stopped.");
            return ExitCode.Failed;
        }
        catch (LiveFaultException fault)
        {
            await screen.Error.WriteLineAsync("guardrail: " + fault.Message);
            return ExitCode.Crashed;
        }
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

    private static int Runs(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var runs) || runs is < 1 or > MostRuns)
        {
            result.AddError($"'{text}' is no number of runs; --runs takes a whole number from 1 to {MostRuns}.");
        }

        return runs;
    }
}
