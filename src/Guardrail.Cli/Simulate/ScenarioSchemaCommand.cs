using System.CommandLine;
using Guardrail.Simulation.Scenarios.Reading;

namespace Guardrail.Cli.Simulate;

/// <summary><c>guardrail simulate schema</c>: the JSON Schema of scenarios, for editors.</summary>
internal static class ScenarioSchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Prints the JSON Schema of scenarios, by which editors complete and check them.");
        command.SetAction(_ =>
        {
            Console.Out.Write(ScenarioSchema.Write());
            return ExitCode.Ok;
        });
        return command;
    }
}
