using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Takes a rollout back, or calls a person when that is not Guardrail's to do. It never believes in its write before the view shows it.</summary>
internal sealed class Rollback(RolloutCase rollout, Holding holding, CureWatch cure, Suspending suspending)
{
    private bool written;
    private int alreadyDone;
    private long askedAtGeneration;

    /// <summary>Where the rollback that was asked for leads; null when none was asked for, or it was refused.</summary>
    public RevisionId? AskedTo { get; private set; }

    /// <summary>What was believed when the rollback was decided; null when none was.</summary>
    public Verdict? Verdict
    {
        get => rollout.RollbackVerdict;
        private set => rollout.RollbackVerdict = value;
    }

    /// <summary>Name of its decision.</summary>
    public DecisionId Id => DecisionId.RollbackOf(rollout.Id);

    /// <summary>Decides it.</summary>
    public void Begin(WorkloadView view, RollbackChoice choice, DateTimeOffset now)
    {
        var verdict = rollout.Verdict;
        Verdict = verdict;
        if (Obstacle(view, choice, now) is { } obstacle)
        {
            GiveWay(view, choice, verdict, obstacle, now);
            return;
        }

        var target = choice.Target!.Value;
        var phase = new RolloutPhase.RollingBack(target, now);
        rollout.Phase = phase;
        if (rollout.Policy.Autonomy == Autonomy.Veto)
        {
            var until = now + rollout.Policy.VetoWindow;
            rollout.Decide(
                DecisionKind.Page,
                DecisionId.VetoWindow,
                now,
                $"{verdict.Reason}; it will be rolled back to {target} at {until:HH:mm:ss} UTC unless guardrail.dev/veto is set to {Id}");
        }

        CarryOn(phase, view, choice, now);
    }

    /// <summary>Goes on with a rollback that was decided: waits for its veto window, asks for the write, waits until the cluster shows it.</summary>
    public void CarryOn(RolloutPhase.RollingBack phase, WorkloadView view, RollbackChoice choice, DateTimeOffset now)
    {
        if (view.CurrentRevision == phase.To)
        {
            End(view, phase.To, now);
            return;
        }

        var verdict = Verdict ?? rollout.Verdict;
        var vetoing = rollout.Policy.Autonomy == Autonomy.Veto;
        if (vetoing && view.VetoedDecision == Id.Value)
        {
            CallPerson(now, verdict, "a person vetoed the rollback", isFinal: true);
            return;
        }

        // Much may have changed since it was decided: a person paused the rollout, or the target is gone.
        if (Obstacle(view, choice with { Target = RollbackTarget.IsThere(view, phase.To) ? phase.To : null }, now) is { } obstacle)
        {
            GiveWay(view, choice, verdict, obstacle, now);
            return;
        }

        if (vetoing && now - phase.Since < rollout.Policy.VetoWindow)
        {
            holding.HoldForPerson(view, now, verdict);
        }
        else if (suspending.IsDue(choice.Earlier))
        {
            suspending.Suspend(view, verdict, now);
        }
        else if (rollout.Gate.IsOpenFor(Id, now, view.Generation))
        {
            Ask(phase.To, verdict, view, now);
        }
    }

    /// <summary>A person has been called: the rollout is held meanwhile, and rolled back if what stood in the way goes away.</summary>
    public void StandBy(WorkloadView view, RollbackChoice choice, DateTimeOffset now)
    {
        if (rollout.Assessment.Belief != Belief.Regressed)
        {
            return;
        }

        if (Obstacle(view, choice, now) is null)
        {
            Begin(view, choice, now);
        }
        else
        {
            holding.HoldForPerson(view, now, Verdict);
        }
    }

    /// <summary>Somebody insists on the revision: it is held meanwhile, and watched again once a person has released it.</summary>
    public void StandBy(RolloutPhase.Contested phase, WorkloadView view, DateTimeOffset now)
    {
        if (phase.WasQuarantined && !view.Quarantined.Contains(rollout.Id.To))
        {
            rollout.Phase = rollout.Evidence is null ? new RolloutPhase.Waiting() : new RolloutPhase.Comparing();
        }
        else if (rollout.Assessment.Belief == Belief.Regressed)
        {
            holding.HoldForPerson(view, now, Verdict);
        }
    }

    /// <summary>The workload shows the revision that the rollback leads to: Guardrail's own, or one that a person asked for.</summary>
    public void End(WorkloadView view, RevisionId to, DateTimeOffset now)
    {
        if (view.RequestedRollback is { } asked && asked.Decision != rollout.EarlierRequest)
        {
            rollout.End(RolloutOutcome.RolledBack, now, $"rolled back to {to} {asked.Why}");
            return;
        }

        // Guardrail's own write quarantines the revision that it leaves; it may be seen before its outcome is known.
        var ours = AskedTo == to && (written || view.Quarantined.Contains(rollout.Id.To));
        rollout.End(
            ours ? RolloutOutcome.RolledBack : RolloutOutcome.Reverted,
            now,
            ours ? $"rolled back to {to}: {Verdict?.Reason}" : $"somebody else returned the workload to {to}: {Verdict?.Reason}");
        if (ours)
        {
            cure.Begin(to, Verdict, now);
        }
    }

    /// <summary>
    /// Whether the to-revision left by the rollback that was asked for and has come back since: the cluster has numbered it anew, or the workload
    /// has changed since the write and asks for it nevertheless.
    /// </summary>
    public bool CameBack(WorkloadView view)
    {
        var to = rollout.Id.To;
        var isNew = rollout.Id.Number > 0 && view.Revision(to) is { } revision && revision.Number > rollout.Id.Number;
        return AskedTo is not null && (isNew || (written && view.Generation > askedAtGeneration && view.CurrentRevision == to));
    }

    /// <summary>Takes note of what became of it.</summary>
    public void Answer(ActionOutcome outcome, DateTimeOffset now)
    {
        if (outcome is ActionOutcome.LostRace or ActionOutcome.Impossible)
        {
            AskedTo = null;
            rollout.Safety.Withdrew(rollout.Id.Workload, rollout.Uid, Id);
        }

        written |= outcome is ActionOutcome.Applied or ActionOutcome.AlreadyDone;
        alreadyDone += outcome is ActionOutcome.AlreadyDone ? 1 : 0;
        if (alreadyDone > 1 && !rollout.IsOver)
        {
            CallPerson(
                now, Verdict ?? rollout.Verdict, $"the workload is marked as rolled back by {Id} and asks for {rollout.Id.To} nevertheless: somebody writes it back",
                isFinal: true);
        }

        if (outcome is ActionOutcome.Impossible impossible && !rollout.IsOver)
        {
            CallPerson(now, Verdict ?? rollout.Verdict, $"the rollback cannot be carried out: {impossible.Reason}", isFinal: true);
        }
    }

    public RollbackState Capture() => new(Verdict, AskedTo, written, alreadyDone, askedAtGeneration);

    public void Restore(RollbackState state) =>
        (Verdict, AskedTo, written, alreadyDone, askedAtGeneration) =
            (state.Verdict, state.AskedTo, state.IsWritten, state.AlreadyDone, state.AskedAtGeneration);

    private void Ask(RevisionId to, Verdict verdict, WorkloadView view, DateTimeOffset now)
    {
        (AskedTo, askedAtGeneration) = (to, view.Generation);
        var left = view.Configuration is { Left: { } changed } known && known.Revision == to
            ? $"; not restored, though changed since {to} was known good: {changed}"
            : "";
        var action = new WorkloadAction.RollBack
        {
            Decision = Id,
            Workload = rollout.Id.Workload,
            Precondition = rollout.Expect(view),
            Reason = verdict.Reason + left,
            To = to,
            Configuration = rollout.Policy.RestoreConfig,
            ReleasedAt = rollout.StartedAt,
            Refused = rollout.Policy.Contest.Action == ContestAction.Refuse ? rollout.Id : null,
        };
        rollout.Safety.Began(new(now, rollout.Id.Workload, rollout.Uid, Id, FleetSafety.NameOf(rollout.Policy), view.MadeBy));
        rollout.Act(DecisionKind.RollBack, action, now, verdict, $"rolling back to {to}: {verdict.Reason}{left}");
    }

    /// <summary>Why the rollback is not Guardrail's to do; null when it is.</summary>
    private Objection? Obstacle(WorkloadView view, RollbackChoice choice, DateTimeOffset now) => InTheWay(view, choice) is { } reason
        ? new(choice.Contest is not null && rollout.MayAct ? "contested" : "page", reason)
        : rollout.Safety.ObjectionTo(rollout.Id.Workload, rollout.Uid, Id, rollout.Policy, now);

    private string? InTheWay(WorkloadView view, RollbackChoice choice) => this switch
    {
        _ when !rollout.MayAct =>
            $"autonomy is {rollout.Policy.Autonomy}: Guardrail would roll back to {choice.Target?.Hash ?? "no revision, for none is known good"}",
        _ when choice.Contest is { } contest => contest.ToString(),
        _ when view.Irreversible => "the workload is marked guardrail.dev/irreversible: roll forward or back by hand",
        _ when choice.Target is null => "no known good revision is left to return to (see revisionHistoryLimit): roll forward or restore one by hand",
        _ when view.Pause == PauseState.ByOther => $"somebody else paused the rollout, which Guardrail does not undo: roll back to {choice.Target} by hand",
        _ => null,
    };

    private void GiveWay(WorkloadView view, RollbackChoice choice, Verdict verdict, Objection obstacle, DateTimeOffset now)
    {
        holding.HoldForPerson(view, now, verdict);
        if (rollout.MayAct && choice.Contest is { } contest)
        {
            rollout.Phase = new RolloutPhase.Contested(now, contest.Rollbacks, contest.Manager, view.Quarantined.Contains(rollout.Id.To));
            rollout.Decide(DecisionKind.Page, obstacle.Name, now, $"{verdict.Reason}; {obstacle.Reason}", verdict);
        }
        else
        {
            CallPerson(now, verdict, obstacle.Reason, isFinal: false, obstacle.Name);
        }
    }

    private void CallPerson(DateTimeOffset now, Verdict verdict, string obstacle, bool isFinal, string name = "page")
    {
        rollout.Phase = new RolloutPhase.NeedsPerson(now, isFinal);
        var (kind, id) = rollout.MayAct ? (DecisionKind.Page, name) : (DecisionKind.RollBack, "rollback");
        rollout.Decide(kind, id, now, $"{verdict.Reason}; {obstacle}", verdict);
    }
}

/// <summary>State of a rollback, for snapshots.</summary>
/// <param name="Verdict">What was believed when it was decided; null when it was not.</param>
/// <param name="AskedTo">Where the rollback that was asked for leads; null when none was.</param>
/// <param name="IsWritten">Whether that rollback is known to have been written.</param>
/// <param name="AlreadyDone">How often the cluster said that it was done already.</param>
/// <param name="AskedAtGeneration">The workload's generation when it was last asked for.</param>
public sealed record RollbackState(Verdict? Verdict, RevisionId? AskedTo, bool IsWritten, int AlreadyDone, long AskedAtGeneration);
