using System.CommandLine;
using System.Text.Json.Nodes;
using Guardrail.Cli.Output;
using Guardrail.Cli.Running;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary><c>guardrail hold</c>, <c>resume</c>, <c>rollback</c>, <c>veto</c> and <c>release</c>: ask the daemon, and wait for its answer.</summary>
internal static class RequestCommand
{
    private const int LongestBy = 253;

    public static Command Create(RequestVerb verb)
    {
        var connection = new ConnectionOptions();
        var by = new Option<string?>("--by") { Description = "Who asks, for the record. Default: the kubeconfig's user, else the user of this machine." };
        var reason = new Option<string?>("--reason", "-r") { Description = $"Why, for the record.{(verb.NeedsReason ? " Required." : "")}" };
        var timeout = new Option<TimeSpan>("--timeout")
        {
            Description = "How long the daemon's answer is waited for, 1s to 1h.",
            DefaultValueFactory = _ => TimeSpan.FromSeconds(30),
            CustomParser = Durations.Within("1s", "1h"),
        };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask first." };
        var command = new Command(verb.Name, verb.Description) { by, reason, timeout };
        if (verb.Confirms)
        {
            command.Options.Add(yes);
        }

        var name = RolloutName.Argument(command, "A record's name, or a workload for its newest rollout.", required: true);
        connection.AddTo(command, manyNamespaces: false);
        command.Validators.Add(result =>
        {
            if (verb.NeedsReason && string.IsNullOrWhiteSpace(result.GetValue(reason)))
            {
                result.AddError($"no reason is given; say with --reason why you {verb.Name.Replace("rollback", "roll back", StringComparison.Ordinal)}, for those who read the record later.");
            }

            if (result.GetValue(reason)?.Length > RecordLimits.Text)
            {
                result.AddError($"--reason is longer than {RecordLimits.Text} characters.");
            }

            if (result.GetValue(by) is { } who && (string.IsNullOrWhiteSpace(who) || who.Length > LongestBy))
            {
                result.AddError($"--by takes a name of 1 to {LongestBy} characters.");
            }
        });
        command.SetAction((parsed, cancellationToken) => OnCallRun.RunAsync(
            parsed, connection, OnCallRun.Asking,
            async (reach, screen, token) =>
            {
                _ = RolloutName.TryParse(parsed.GetValue(name)!, out var wanted);
                var record = verb.Choose(await wanted.FindAsync(reach, token));
                var request = new RolloutRequest
                {
                    Id = $"cli-{Guid.NewGuid():N}",
                    Action = verb.Action,
                    By = parsed.GetValue(by) ?? reach.Connection.User ?? Environment.UserName,
                    Reason = parsed.GetValue(reason),
                    At = reach.Time.GetUtcNow(),
                };
                var wait = new RequestWait(reach, screen, verb, parsed.GetValue(timeout));
                if (verb.Confirms && screen.Interactive && !parsed.GetValue(yes) && !wait.Confirm(record))
                {
                    await screen.Error.WriteLineAsync("Nothing was done.");
                    return ExitCode.Failed;
                }

                var result = await wait.AskAsync(record, request, token);
                await TellAsync(result, connection.Format(parsed), screen);
                return result.ExitCode;
            },
            cancellationToken));
        return command;
    }

    private static async Task TellAsync(RequestResult result, OutputFormat format, Screen screen)
    {
        if (format != OutputFormat.Text)
        {
            DataWriter.Write(screen.Out, result.Data(), format);
            return;
        }

        await (result.ExitCode == ExitCode.Ok ? screen.Out : screen.Error).WriteLineAsync(
            (result.ExitCode == ExitCode.Ok ? "" : "guardrail: ") + screen.Clean(result.Sentence));
    }
}

/// <summary>What became of a request.</summary>
/// <param name="Record">The record.</param>
/// <param name="Request">The request.</param>
/// <param name="Answer">The daemon's answer; null when none came in time.</param>
/// <param name="Sentence">What happened, for people.</param>
/// <param name="ExitCode">Done, refused, or not answered.</param>
internal sealed record RequestResult(GuardedRollout Record, RolloutRequest Request, RequestAnswer? Answer, string Sentence, int ExitCode)
{
    /// <summary>It for programs.</summary>
    public JsonObject Data() => new()
    {
        ["namespace"] = Record.Metadata.Namespace,
        ["record"] = Record.Metadata.Name,
        ["workload"] = $"{Record.Spec.Workload.Kind.ToString().ToLowerInvariant()}/{Record.Spec.Workload.Name}",
        ["id"] = Request.Id,
        ["action"] = Request.Action.ToString(),
        ["by"] = Request.By,
        ["reason"] = Request.Reason,
        ["state"] = Answer?.State.ToString() ?? "NotAnswered",
        ["message"] = Sentence,
    };
}
