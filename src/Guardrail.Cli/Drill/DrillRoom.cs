using System.Threading.Channels;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>Plays a drill by the clock: tick by tick, when its time has come, with what was typed in between.</summary>
/// <param name="plan">What is drilled.</param>
/// <param name="session">The drill.</param>
/// <param name="speed">Virtual seconds per second, above 0.</param>
/// <param name="time">The clock.</param>
/// <param name="lines">What is typed.</param>
/// <param name="view">Who is shown it.</param>
internal sealed class DrillRoom(DrillPlan plan, IDrillSession session, double speed, TimeProvider time, ChannelReader<TypedLine> lines, IDrillView view)
{
    private readonly DrillReader reader = new(plan.Scenario, plan.Participants);
    private readonly List<DrillStep> pending = [];
    private string speaker = plan.Lead;
    private long started;
    private TimeSpan? end;

    /// <summary>Plays it until it is over or somebody calls it over.</summary>
    /// <returns>When it was over for them, since it began.</returns>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        view.Begins(plan);
        view.Speaks(speaker);
        view.Shows(session.Now, session.Sights, isAsked: true);
        started = time.GetTimestamp();
        while (!session.IsOver && !session.IsSettled && end is null)
        {
            await TypedUntilAsync(session.NextTick, cancellationToken);
            if (end is null)
            {
                Advance();
            }
        }

        while (pending.Count > 0 && !session.IsOver)
        {
            Advance();
        }

        view.Note(end is not null ? "You called it over." : session.IsSettled ? "Nothing bad serves any more, and nothing is to come: the drill is over." : "The time is up.");
        return end ?? session.Now;
    }

    /// <summary>Takes what is typed until a time of the drill has come, or somebody calls it over.</summary>
    private async Task TypedUntilAsync(TimeSpan next, CancellationToken cancellationToken)
    {
        while (end is null && (next / speed) - time.GetElapsedTime(started) is var wait && wait > TimeSpan.Zero)
        {
            using var due = new CancellationTokenSource(wait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
            try
            {
                Take(await lines.ReadAsync(either.Token));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }

        while (end is null && lines.TryRead(out var line))
        {
            Take(line);
        }
    }

    private void Advance()
    {
        var next = session.NextTick;
        DrillStep[] given = [.. pending.TakeWhile(s => s.At < next)];
        pending.RemoveRange(0, given.Length);
        foreach (var news in session.Advance(given))
        {
            view.Told(news);
        }

        view.Shows(session.Now, session.Sights, isAsked: false);
    }

    private void Take(TypedLine line)
    {
        var at = At(line.Timestamp);
        switch (line.Text is null ? new DrillLine.End() : reader.Read(line.Text))
        {
            case DrillLine.Wrong wrong:
                view.Note(wrong.Sentence);
                break;
            case DrillLine.Speaks speaks:
                speaker = speaks.Who;
                view.Speaks(speaker);
                break;
            case DrillLine.Status:
                view.Shows(session.Now, session.Sights, isAsked: true);
                break;
            case DrillLine.Help:
                view.Note(DrillText.Help);
                break;
            case DrillLine.End:
                end = at;
                break;
            case DrillLine.Does does:
                Give(new(at, does.By ?? speaker, does.Command));
                break;
            default:
                break;
        }
    }

    private void Give(DrillStep step)
    {
        pending.Add(step);
        view.Said(step);
        foreach (var answer in step.Command is DrillCommand.Ask ask ? session.Ask(ask.Of) : [])
        {
            view.Told(answer with { At = step.At });
        }
    }

    /// <summary>The drill's time of a timestamp: not before what has been played, nor before the command before it, nor after the end.</summary>
    private TimeSpan At(long timestamp)
    {
        var at = TimeSpan.FromMilliseconds(Math.Round((time.GetElapsedTime(started, timestamp) * speed).TotalMilliseconds));
        var least = pending.Count > 0 ? pending[^1].At : session.Now;
        var most = plan.Length - TimeSpan.FromMilliseconds(1);
        at = at < least ? least : at;
        return at > most ? most : at;
    }
}
