using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>Tells the story of a rollout to people, from what changed to what can be done.</summary>
internal sealed class StoryText(RolloutStory story, Screen screen, DateTimeOffset now)
{
    private const int Indent = 2;
    private readonly GuardedRollout record = story.Record;

    /// <summary>Writes it.</summary>
    public void Write()
    {
        Summary();
        Change();
        if (record.Status is { } status)
        {
            if (status.Signals.Any(s => s.Ticks > 0 || s.Gap is not null))
            {
                Heading("What was compared");
                SignalText.Write(record, screen);
            }

            ForAndAgainst(status);
            Path(status);
            Heading("What happened (UTC)");
            TimelineText.Write(record, screen);
            Rollback();
            Needed(status);
        }

        Next();
    }

    private void Summary()
    {
        var phase = RecordFacts.Phase(record);
        screen.Out.WriteLine(
            $"{screen.Paint($"{record.Spec.Workload.Kind} {record.Metadata.Namespace}/{record.Spec.Workload.Name}", Tone.Heading)}: "
            + $"{record.Spec.From} {screen.Arrow} {record.Spec.To}  {screen.Paint(phase, RecordFacts.Tone(record))}");
        var status = record.Status;
        if (status is null)
        {
            Line("Guardrail has not written anything about it yet.");
            return;
        }

        var duration = (status.EndedAt ?? now) - RecordFacts.Began(record);
        Line(status.Outcome is { } outcome
            ? $"{outcome} after {Words.Short(duration)}{(status.EndedAt is { } at ? $", {Words.Short(now - at)} ago" : "")}. The verdict: {status.Verdict}."
            : $"Watched for {Words.Short(duration)}. The verdict so far: {status.Verdict}{(status.AsOf is { } seen ? $", as of {Words.Short(now - seen)} ago" : "")}.");
        Line(RecordFacts.Reason(record));
    }

    private void Change()
    {
        Heading("What changed");
        Fact("new revision", Revision(record.Spec.To));
        Fact("old revision", Revision(record.Spec.From));
        Fact("changed by", record.Spec.ChangedBy is { } by ? screen.Clean(by) : "the cluster does not tell");
        Fact("first pod", record.Status?.StartedAt is { } at ? $"{Words.Moment(at)}, {Words.Short(now - at)} ago" : "none seen yet");
        Fact("policy", $"{record.Spec.Policy}{(record.Status?.Budget is { } budget ? $", which accepts a false rollback in {Words.Percent(budget)} of healthy rollouts" : "")}");
        Fact("record", $"{record.Metadata.Name} (revision number {record.Spec.Number})");
    }

    private string Revision(string hash) => story.Images.TryGetValue(hash, out var images) ? $"{hash} {screen.Clean(images)}" : hash;

    private void ForAndAgainst(GuardedRolloutStatus status)
    {
        Heading("For and against the new revision");
        foreach (var (sign, text) in ArgumentText.Of(status))
        {
            TextLayout.Write(screen, $"  {screen.Paint($"{sign}", sign switch { '-' => Tone.Bad, '+' => Tone.Good, _ => Tone.Doubtful })} ", screen.Clean(text), Indent + 2);
        }
    }

    private void Path(GuardedRolloutStatus status)
    {
        if (status.Evidence is not { } evidence)
        {
            return;
        }

        Heading("Evidence against it over time, in nats (UTC)");
        if (story.Path.IsEmpty)
        {
            Line($"  {EvidenceText.Of(evidence, screen.Unicode)}");
            Line(story.CheckpointProblem is { } problem ? $"How it came about cannot be shown: {problem}"
                : status.Outcome is null ? "How it came about is not in the record yet; this is where it stands."
                : "How it came about is not in the record; this is where it stood.");
            return;
        }

        foreach (var line in EvidencePlot.Draw(
            story.Path, Statistics.Evidence.HoldThreshold, evidence.Threshold, screen.Paragraph - Indent, screen.Unicode))
        {
            screen.Out.WriteLine("  " + line);
        }

        if (status is { Evidence.Path: null, Checkpoint: { } checkpoint })
        {
            Line($"The path is that of the checkpoint of {Words.Clock(checkpoint.At)}; the evidence now is {EvidenceText.Numbers(evidence)}.");
        }
    }

    private void Rollback()
    {
        if (record.Status!.Outcome is not null)
        {
            return;
        }

        Heading("What a rollback needs");
        var ready = record.Condition(RolloutConditions.RollbackReady);
        Line(ready switch
        {
            null => "It is not known yet whether it could be rolled back.",
            { Status: "True" } => $"Nothing more: {ready.Message}",
            _ => $"It cannot be rolled back now ({ready.Reason}): {ready.Message}",
        });
    }

    private void Needed(GuardedRolloutStatus status)
    {
        if (status.Outcome is not null || status.Phase is RecordedPhase.RollingBack || status.Verdict == RecordedVerdict.Regressed)
        {
            return;
        }

        Heading("What would decide");
        Line(status switch
        {
            { Verdict: RecordedVerdict.NoEvidence } => $"Data. There is none now: {status.Reason}",
            { Evidence.RequestsNeeded: { } requests } =>
                $"{Capital(Words.About(requests))} more requests of the new revision would suffice for a rollback, if all goes on as lately.",
            { Verdict: RecordedVerdict.Healthy } => "Nothing: it counts as healthy.",
            _ => "Nothing points to a rollback. It counts as healthy when its bake has passed like this.",
        });
    }

    private void Next()
    {
        var commands = NextSteps.For(record).ToArray();
        if (commands.Length == 0)
        {
            return;
        }

        Heading("What you can do");
        var width = commands.Max(c => c.Command.Length);
        foreach (var (command, effect) in commands)
        {
            if (Indent + width + 2 + effect.Length <= screen.Paragraph)
            {
                screen.Out.WriteLine($"  {command.PadRight(width)}  {screen.Paint(effect, Tone.Faint)}");
            }
            else
            {
                screen.Out.WriteLine($"  {command}");
                screen.Out.WriteLine($"      {screen.Paint(effect, Tone.Faint)}");
            }
        }
    }

    private void Heading(string text)
    {
        screen.Out.WriteLine();
        screen.Out.WriteLine(screen.Paint(text, Tone.Heading));
    }

    private void Line(string text) => TextLayout.Write(screen, "  ", screen.Clean(text), Indent);

    private void Fact(string name, string text) => TextLayout.Write(screen, $"  {name,-14}", text, Indent + 14);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
