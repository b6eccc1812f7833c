using System.CommandLine;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary><c>guardrail simulate show</c>: a scenario of the library as YAML, to be read or changed.</summary>
internal static class ScenarioShowCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Name of the scenario." };
        var command = new Command("show", "Prints a scenario of the library as YAML, to be read, or changed under another name.") { name };
        command.SetAction(parsed =>
        {
            if (ScenarioLibrary.Text(parsed.GetValue(name)!) is { } text)
            {
                Console.Out.Write(text);
                return ExitCode.Ok;
            }

            Console.Error.WriteLine("guardrail: " + ScenarioSource.Unknown(parsed.GetValue(name)!).Message);
            return ExitCode.CannotStart;
        });
        return command;
    }
}
