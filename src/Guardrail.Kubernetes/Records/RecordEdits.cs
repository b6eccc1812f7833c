using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;

namespace Guardrail.Kubernetes.Records;

/// <summary>
/// Changes of a record's status. Pure, and the same when done twice, so that a write whose answer was lost can be repeated on whatever the server
/// shows.
/// </summary>
public static class RecordEdits
{
    private const string ShownByWorkload = "The workload shows it.";

    /// <summary>Adds a decision to the timeline.</summary>
    public static GuardedRolloutStatus Decided(this GuardedRolloutStatus status, Decision decision)
    {
        var made = new RecordedDecision
        {
            At = decision.At,
            Decision = decision.Id.Value,
            Kind = decision.Kind,
            Verdict = RecordProjection.Of(decision.Verdict),
            Reason = RecordLimits.Cut(decision.Reason),
        };
        var told = status with { Timeline = Join(status.Timeline, [made]) };
        return CureBy(decision) is { } cure ? told.Concluded(cure) : told;
    }

    /// <summary>Whether something is left to be watched: the rollout, or what its rollback brought.</summary>
    public static bool IsOpen(this GuardedRolloutStatus status) => status.Outcome is null || status.Cure is { IsOpen: true };

    /// <summary>It is known, or given up, whether the rollback was the cure.</summary>
    public static GuardedRolloutStatus Concluded(this GuardedRolloutStatus status, RecordedCure cure) =>
        status with { Cure = RecordedCure.Join(status.Cure, cure), Checkpoint = status.Outcome is null ? status.Checkpoint : null };

    /// <summary>Writes an intent down; one of the same decision counts another attempt, with what it expects now.</summary>
    public static GuardedRolloutStatus Intended(this GuardedRolloutStatus status, Intent intent)
    {
        var known = status.Intents.FirstOrDefault(i => i.Decision == intent.Decision);
        var next = known is null
            ? intent
            : intent with { At = known.At, Attempts = known.Attempts + 1, Outcome = IsDone(known.Outcome) ? known.Outcome : null };
        return status with { Intents = Bounded(known is null ? status.Intents.Add(next) : status.Intents.Replace(known, next)) };
    }

    /// <summary>Notes what became of an intent; but done is done.</summary>
    public static GuardedRolloutStatus Settled(this GuardedRolloutStatus status, string decision, IntentOutcome outcome)
    {
        var known = status.Intents.FirstOrDefault(i => i.Decision == decision);
        if (known is null || (IsDone(known.Outcome) && !IsDone(outcome)))
        {
            return status;
        }

        var told = IsDone(known.Outcome) ? Telling(known.Outcome!, outcome) : outcome;
        return Corrected(status with { Intents = status.Intents.Replace(known, known with { Outcome = told }) });
    }

    /// <summary>
    /// The rollout is over, and with it what was intended and not settled: a rollback that the workload shows was done, the rest is given up. An
    /// outcome that comes later takes the place of a giving up.
    /// </summary>
    public static GuardedRolloutStatus Ended(
        this GuardedRolloutStatus status, RolloutOutcome outcome, DateTimeOffset at, string reason) => Corrected(status with
        {
            Phase = RecordedPhase.Ended,
            HeldFor = null,
            Outcome = outcome,
            EndedAt = at,
            Reason = RecordLimits.Cut(reason),
            Checkpoint = status.Cure is { IsOpen: true } ? status.Checkpoint : null,
            Intents =
            [
                .. status.Intents.Select(intent => intent.Outcome is not null ? intent : intent with
                {
                    Outcome = outcome == RolloutOutcome.RolledBack && intent.Action == IntendedAction.RollBack
                        ? new() { State = IntentState.AlreadyDone, Message = ShownByWorkload, At = at }
                        : new() { State = IntentState.Abandoned, Message = "The rollout ended first.", At = at },
                }),
            ],
        });

    /// <summary>
    /// A process that began anew after a crash takes the rollback of the one before it for somebody else's; the record knows better.
    /// </summary>
    private static GuardedRolloutStatus Corrected(GuardedRolloutStatus status) =>
        status.Outcome == RolloutOutcome.Reverted && status.Intents.Any(i => i.Action == IntendedAction.RollBack && IsDone(i.Outcome))
            ? status with { Outcome = RolloutOutcome.RolledBack }
            : status;

    /// <summary>
    /// What is to be written, given what the server holds: nothing that another process wrote is lost, and what it ended stays ended.
    /// </summary>
    /// <param name="ours">What this process knows.</param>
    /// <param name="theirs">What the server holds; null when nothing.</param>
    /// <param name="mayReopen">Whether this process watches the rollout although the record says that it is over.</param>
    /// <param name="isGuest">Whether only intents, decisions and answers are added: what the server holds of the rollout itself stays.</param>
    public static GuardedRolloutStatus Over(
        this GuardedRolloutStatus ours, GuardedRolloutStatus? theirs, bool mayReopen = false, bool isGuest = false)
    {
        if (theirs is null)
        {
            return ours;
        }

        var kept = isGuest || (theirs.Outcome is not null && ours.Outcome is null && !mayReopen) ? theirs : ours;
        return Corrected(kept with
        {
            Timeline = Join(theirs.Timeline, ours.Timeline),
            Intents = Bounded(Join(theirs.Intents, ours.Intents)),
            Conditions = isGuest ? theirs.Conditions : ours.Conditions.Aggregate(theirs.Conditions, RecordCondition.Set),
            Cure = RecordedCure.Join(theirs.Cure, ours.Cure),
            Request = Later(theirs.Request, ours.Request),
            StartedAt = theirs.StartedAt < ours.StartedAt || ours.StartedAt is null ? theirs.StartedAt : ours.StartedAt,
        });
    }

    private static RecordedCure? CureBy(Decision decision) => decision.Kind switch
    {
        DecisionKind.Cured => new() { State = RecordedCureState.Cured, At = decision.At },
        DecisionKind.NotCured => new() { State = RecordedCureState.NotCured, At = decision.At },
        DecisionKind.CureUnknown => new() { State = RecordedCureState.Unknown, At = decision.At },
        _ => null,
    };

    private static ImmutableArray<RecordedDecision> Join(ImmutableArray<RecordedDecision> some, ImmutableArray<RecordedDecision> more)
    {
        var all = some.Concat(more).GroupBy(d => d.Decision).Select(same => same.MinBy(d => d.At)!).OrderBy(d => d.At).ToImmutableArray();
        return all.Length <= RecordLimits.Timeline ? all : [all[0], .. all[^(RecordLimits.Timeline - 1)..]];
    }

    private static ImmutableArray<Intent> Join(ImmutableArray<Intent> theirs, ImmutableArray<Intent> ours)
    {
        var all = theirs;
        foreach (var intent in ours)
        {
            var known = all.FirstOrDefault(i => i.Decision == intent.Decision);
            if (known is null)
            {
                all = all.Add(intent);
            }
            else
            {
                var (newer, older) = intent.Attempts >= known.Attempts ? (intent, known) : (known, intent);
                all = all.Replace(known, newer with { At = known.At < intent.At ? known.At : intent.At, Outcome = Join(newer, older) });
            }
        }

        return all;
    }

    /// <summary>What the newest attempt came to; but done is done.</summary>
    private static IntentOutcome? Join(Intent newer, Intent older) =>
        IsDone(older.Outcome) && IsDone(newer.Outcome) ? Telling(older.Outcome!, newer.Outcome!)
        : IsDone(older.Outcome) || (newer.Attempts == older.Attempts && newer.Outcome is null) ? older.Outcome : newer.Outcome;

    /// <summary>The first of two outcomes that are done, with the message that tells more.</summary>
    private static IntentOutcome Telling(IntentOutcome first, IntentOutcome second) =>
        first.Message is null or ShownByWorkload && second.Message is not null ? first with { Message = second.Message } : first;

    private static bool IsDone(IntentOutcome? outcome) => outcome?.State is IntentState.Applied or IntentState.AlreadyDone;

    private static RequestAnswer? Later(RequestAnswer? first, RequestAnswer? second) =>
        first is null || second?.At >= first.At ? second ?? first : first;

    private static ImmutableArray<Intent> Bounded(ImmutableArray<Intent> intents)
    {
        while (intents.Length > RecordLimits.Intents && intents.FirstOrDefault(i => i.Outcome is not null) is { } oldest)
        {
            intents = intents.Remove(oldest);
        }

        return intents;
    }
}
