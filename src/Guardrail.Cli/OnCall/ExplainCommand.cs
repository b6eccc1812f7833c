using System.CommandLine;
using Guardrail.Cli.Output;

namespace Guardrail.Cli.OnCall;

/// <summary><c>guardrail explain</c>: the whole story of one rollout.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var connection = new ConnectionOptions();
        var command = new Command("explain", "Tells the whole story of a rollout: what changed, what was compared, what was decided and done, and why.");
        var name = RolloutName.Argument(command, "A record's name, or a workload for its newest rollout.", required: true);
        connection.AddTo(command, manyNamespaces: false);
        command.SetAction((parsed, cancellationToken) => OnCallRun.RunAsync(
            parsed, connection, OnCallRun.Reading,
            async (reach, screen, token) =>
            {
                _ = RolloutName.TryParse(parsed.GetValue(name)!, out var wanted);
                var story = RolloutStory.Of((await wanted.FindAsync(reach, token))[0]);
                if (connection.Format(parsed) == OutputFormat.Text)
                {
                    new StoryText(story, screen, reach.Time.GetUtcNow()).Write();
                }
                else
                {
                    DataWriter.Write(screen.Out, story.Data(), connection.Format(parsed));
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }
}
