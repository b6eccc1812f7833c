using System.CommandLine;
using Guardrail.Cli.Output;
using Guardrail.Cli.Simulate;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary><c>guardrail drill replay</c>: plays a drill again from its file, and scores it anew.</summary>
internal static class DrillReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A result of guardrail drill start.", HelpName = "FILE" };
        var plain = new Option<bool>("--plain") { Description = "Text without colours or signs beyond ASCII." };
        var command = new Command("replay", "Plays a drill again from what was said and done in it, and checks that it scores as its file says.") { file, plain };
        command.SetAction((parsed, _) =>
        {
            var screen = Screen.OfProcess(parsed.GetValue(plain));
            return DrillOptions.SaidAsync(screen, () => Task.FromResult(Run(parsed.GetValue(file)!, screen)));
        });
        return command;
    }

    /// <returns>The exit code: <see cref="ExitCode.Failed"/> when it scores otherwise.</returns>
    public static int Run(string path, Screen screen)
    {
        var result = DrillFile.Load(path);
        var scenario = ScenarioSource.Load(result.Source);
        var score = DrillReplay.Play(result, ScenarioSource.Text(result.Source), scenario);
        DrillSummary.Write(result with { Score = score }, scenario.Title, screen);
        if (DrillWriter.Write(score) == DrillWriter.Write(result.Score))
        {
            screen.Out.WriteLine(screen.Paint("The file says the same.", Tone.Good));
            return ExitCode.Ok;
        }

        var sentence = $"The file says otherwise: it was changed, or version {result.Version}, which wrote it, plays otherwise than this one.";
        screen.Out.WriteLine(screen.Paint(screen.Clean(sentence), Tone.Bad));
        return ExitCode.Failed;
    }
}
