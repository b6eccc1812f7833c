using Guardrail.Cli.Output;
using Guardrail.Daemon.Status;
using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Cli.OnCall;

/// <summary>Writes decisions, acts and requests in order of time.</summary>
internal static class TimelineText
{
    private const int TextColumn = 39;

    /// <summary>Writes it.</summary>
    public static void Write(GuardedRollout record, Screen screen)
    {
        var status = record.Status!;
        var began = RecordFacts.Began(record);
        foreach (var (at, what, text, tone) in Entries(record).OrderBy(e => e.At))
        {
            var since = at >= began ? "+" + Words.Duration(at - began) : "";
            var lead = $"  {Words.Clock(at)} {since,7}  ";
            var roomy = screen.Paragraph >= 100;
            var head = $"{lead}{screen.Paint(roomy ? what.PadRight(TextColumn - lead.Length) : what, tone)}";
            if (roomy)
            {
                TextLayout.Write(screen, head, screen.Clean(text), TextColumn);
            }
            else
            {
                screen.Out.WriteLine(head);
                TextLayout.Write(screen, "      ", screen.Clean(text), 6);
            }
        }

        if (status.Timeline.Length >= RecordLimits.Timeline)
        {
            screen.Out.WriteLine($"  Only the first decisions and the newest are kept, {RecordLimits.Timeline} in all.");
        }
    }

    private static IEnumerable<(DateTimeOffset At, string What, string Text, Tone Tone)> Entries(GuardedRollout record)
    {
        var status = record.Status!;
        foreach (var decision in status.Timeline)
        {
            yield return (decision.At, DecisionWords.Of(decision.Kind), decision.Reason, ToneOf(decision.Kind));
        }

        foreach (var intent in status.Intents)
        {
            yield return (intent.At, Of(intent), $"{Outcome(intent)}, by {intent.Writer}", Tone.Faint);
        }

        if (record.Spec.Request is { At: { } asked } request)
        {
            var reason = request.Reason is null ? "" : $": {request.Reason}";
            var answer = status.Request?.Id == request.Id ? "" : " (not answered yet)";
            yield return (asked, $"asked: {Of(request.Action)}", $"{request.By ?? "a person"}{reason}{answer}", Tone.Heading);
        }

        if (status.Request is { } told)
        {
            yield return (told.At, $"answer: {told.State}", told.Message.Split('\n')[0], told.State == RequestState.Refused ? Tone.Doubtful : Tone.Heading);
        }
    }

    private static Tone ToneOf(DecisionKind kind) => kind switch
    {
        DecisionKind.RollBack or DecisionKind.Page or DecisionKind.NotCured => Tone.Bad,
        DecisionKind.Hold or DecisionKind.Blind or DecisionKind.CureUnknown => Tone.Doubtful,
        DecisionKind.Cured or DecisionKind.StampKnownGood => Tone.Good,
        _ => Tone.Plain,
    };

    private static string Of(Intent intent) => intent.Action switch
    {
        IntendedAction.Hold => "  write hold",
        IntendedAction.Resume => "  write resume",
        IntendedAction.RollBack => "  write rollback",
        IntendedAction.SuspendSource => "  write suspension",
        _ => "  write stamp",
    };

    private static string Of(RequestedAction action) => action switch
    {
        RequestedAction.RollBack => "rollback",
        _ => action.ToString().ToLowerInvariant(),
    };

    private static string Outcome(Intent intent)
    {
        var where = intent.To is { } to ? $"to {to}: " : "";
        var tries = intent.Attempts > 1 ? $" at attempt {intent.Attempts}" : "";
        return where + (intent.Outcome switch
        {
            null => $"under way{tries}",
            { State: IntentState.Applied } done => $"done {Took(done.At - intent.At)}{tries}{Note(done)}",
            { State: IntentState.AlreadyDone } done => $"was done already{tries}{Note(done)}",
            { State: IntentState.LostRace } lost => $"not done, for the workload had changed ({lost.Message}){tries}",
            { State: IntentState.Impossible } not => $"could not be done ({not.Message}){tries}",
            _ => $"interrupted, and too old to be finished{tries}",
        });
    }

    private static string Note(IntentOutcome done) => done.Message is { } note ? $" ({note.Split('\n')[0]})" : "";

    private static string Took(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? "within a second" : "after " + Words.Duration(time);
}
