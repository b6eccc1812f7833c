using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using Guardrail.Cli.Output;
using Guardrail.Cli.Simulate;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>What the commands of <c>guardrail drill</c> have in common.</summary>
internal static class DrillOptions
{
    public static Option<string> Results() => new("--results") { Description = "Folder in which results are kept.", HelpName = "DIR", DefaultValueFactory = _ => "drills" };

    public static ImmutableArray<string> Names(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (DrillPeople.Read(text, out var names) is { } fault)
        {
            result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: {fault}.");
        }

        return names;
    }

    /// <summary>Runs a command; what is wrong with its input is said in one sentence.</summary>
    public static async Task<int> SaidAsync(Screen screen, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (ConfigurationException fault)
        {
            await screen.Error.WriteLineAsync("guardrail: " + fault.Message);
            return ExitCode.CannotStart;
        }
        catch (LiveFaultException fault)
        {
            await screen.Error.WriteLineAsync("guardrail: " + fault.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await screen.Error.WriteLineAsync("guardrail: interrupted; nothing was kept. To end a drill and keep it, type end.");
            return ExitCode.Failed;
        }
    }
}
