using System.CommandLine;
using Guardrail.Cli.Output;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary><c>guardrail simulate list</c>: the scenarios of the library.</summary>
internal static class ScenarioListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "Lists the scenarios that come with Guardrail.");
        command.SetAction(_ =>
        {
            var table = new TextTable("NAME", "LASTS", "WHAT HAPPENS");
            foreach (var name in ScenarioLibrary.Names)
            {
                var scenario = ScenarioLibrary.Load(name)!;
                table.Add((name, Tone.Plain), (SimulateText.Time(scenario.Duration), Tone.Plain), (scenario.Title, Tone.Plain));
            }

            table.Write(Screen.OfProcess(plain: false));
            return ExitCode.Ok;
        });
        return command;
    }
}
