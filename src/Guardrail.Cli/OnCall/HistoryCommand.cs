using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Cli.Output;
using Guardrail.Cli.Running;
using Guardrail.Daemon.Status;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Cli.OnCall;

/// <summary><c>guardrail history</c>: rollouts that are over.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var connection = new ConnectionOptions();
        var since = new Option<TimeSpan?>("--since") { Description = "Only rollouts that ended within this time, such as 12h or 7d.", CustomParser = Age };
        var outcome = new Option<RolloutOutcome?>("--outcome")
        {
            Description = $"Only rollouts that ended so: {string.Join(", ", Enum.GetNames<RolloutOutcome>())}.",
            CustomParser = result => Choices.Parse<RolloutOutcome>(result),
        };
        var command = new Command("history", "Shows the rollouts that are over, newest first: outcome, duration, evidence and reason.") { since, outcome };
        var name = RolloutName.Argument(command, "Only the rollouts of this workload.", required: false);
        connection.AddTo(command, manyNamespaces: true);
        command.SetAction((parsed, cancellationToken) => OnCallRun.RunAsync(
            parsed, connection, OnCallRun.Reading,
            async (reach, screen, token) =>
            {
                var all = await reach.Records.ListAllAsync(reach.Namespace, token);
                var ended = Select(all, parsed.GetValue(name), parsed.GetValue(since), parsed.GetValue(outcome), reach.Time.GetUtcNow());
                if (connection.Format(parsed) != OutputFormat.Text)
                {
                    DataWriter.Write(
                        screen.Out, new JsonObject { ["rollouts"] = new JsonArray([.. ended.Select(RecordFacts.Data)]) }, connection.Format(parsed));
                }
                else
                {
                    Write(ended, reach.Namespace, reach.Time.GetUtcNow(), screen);
                }

                return ExitCode.Ok;
            },
            cancellationToken));
        return command;
    }

    /// <summary>The ended rollouts that are asked for, the newest end first.</summary>
    public static GuardedRollout[] Select(
        IEnumerable<GuardedRollout> records, string? name, TimeSpan? since, RolloutOutcome? outcome, DateTimeOffset now)
    {
        var named = (RolloutName?)null;
        if (name is not null)
        {
            RolloutName.TryParse(name, out named);
        }

        return
        [
            .. records.Where(r => r.Status?.Outcome is { } how && (outcome ?? how) == how)
                .Where(r => named?.Fits(r) ?? true)
                .Where(r => since is not { } age || r.Status!.EndedAt >= now - age)
                .OrderByDescending(r => r.Status!.EndedAt),
        ];
    }

    /// <summary>Writes them for people.</summary>
    public static void Write(IReadOnlyList<GuardedRollout> ended, string? @namespace, DateTimeOffset now, Screen screen)
    {
        if (ended.Count == 0)
        {
            screen.Out.WriteLine($"No rollout has ended {StatusText.Place(@namespace)} that fits.");
            return;
        }

        // A narrow terminal has no room for both revisions beside the rest; they go with the reason.
        var narrow = screen.Width < StatusText.Roomy;
        var table = new TextTable([.. narrow ? ["WORKLOAD"] : (string[])["WORKLOAD", "REVISIONS"], "OUTCOME", "ENDED", "TOOK", "EVIDENCE", "REASON"]);
        foreach (var record in ended)
        {
            var status = record.Status!;
            var revisions = $"{record.Spec.From} {screen.Arrow} {record.Spec.To}";
            table.Add(
            [
                (RecordFacts.Workload(record, @namespace is null), Tone.Plain),
                .. narrow ? [] : ((string, Tone)[])[(revisions, Tone.Plain)],
                ($"{status.Outcome}", RecordTone.Of(record)),
                (status.EndedAt is { } at ? Words.Duration(now - at) + " ago" : "-", Tone.Plain),
                (status.EndedAt is { } end ? Words.Duration(end - RecordFacts.Began(record)) : "-", Tone.Plain),
                (status.Evidence is { } evidence ? RecordWords.Numbers(evidence) : "-", EvidenceText.Tone(status.Evidence)),
                (narrow ? $"{revisions}: {RecordFacts.Reason(record)}" : RecordFacts.Reason(record), Tone.Plain),
            ]);
        }

        table.Write(screen);
    }

    private static TimeSpan? Age(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
        if (text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= 36500)
        {
            return TimeSpan.FromDays(days);
        }

        if (!Durations.TryParse(text, out var duration))
        {
            result.AddError($"'{text}' is no duration; write 30m, 12h or 7d.");
        }

        return duration;
    }
}
