using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>
/// One guarded rollout: a state machine that turns the workload's view, the evidence and the time into decisions. It asks for changes; it never
/// believes in one before the view shows it.
/// </summary>
internal sealed class Rollout
{
    /// <summary>Evidence below which a held rollout may go on: at even odds or less. Between it and the hold threshold it waits for more data.</summary>
    private static readonly double Calm = Math.Log(2);

    /// <summary>How long a doubt must stand before a person is called: a second bad pod may show just after the first.</summary>
    private static readonly TimeSpan DoubtPatience = TimeSpan.FromSeconds(30);

    private readonly GuardPolicy policy;
    private readonly ActionGate gate;
    private readonly List<Decision> decisions = [];
    private int stepsDone;
    private int holds;
    private bool pacingRefused;
    private bool blind;
    private bool stampRefused;
    private bool rollbackWritten;
    private DateTimeOffset lastEvidenceAt;
    private DateTimeOffset? servingSince;
    private DateTimeOffset? seeingSince;
    private DateTimeOffset? comparingSince;
    private DateTimeOffset? doubtSince;
    private Doubt doubtTold;
    private Verdict? rollbackVerdict;

    /// <summary>The newest view, for names of nodes in texts only.</summary>
    private WorkloadView? seen;

    public Rollout(GuardPolicy policy, double budget, RolloutId id, string uid, DateTimeOffset startedAt, DateTimeOffset seenAt)
        : this(policy, budget, id, uid, startedAt, new ActionGate()) => lastEvidenceAt = seenAt;

    private Rollout(GuardPolicy policy, double budget, RolloutId id, string uid, DateTimeOffset startedAt, ActionGate gate)
    {
        (this.policy, Budget, Id, Uid, StartedAt, this.gate) = (policy, budget, id, uid, startedAt, gate);
    }

    public RolloutId Id { get; }

    public string Uid { get; }

    /// <summary>Highest accepted probability that it is rolled back although healthy: the policy's, halved for every rollback of the revision.</summary>
    public double Budget { get; }

    /// <summary>When the first pod of the to-revision was made, as far as the cluster tells.</summary>
    public DateTimeOffset StartedAt { get; }

    public RolloutPhase Phase { get; private set; } = new RolloutPhase.Waiting();

    public Assessment Assessment { get; private set; } = new(Belief.NoEvidence, "nothing has been observed yet", 0, 0);

    /// <summary>The assessment in words.</summary>
    public Verdict Verdict => Explanation.Of(Assessment, policy, Budget, Id, Evidence, seen);

    /// <summary>What has been compared; null before both arms were observed.</summary>
    public EvidenceBook? Evidence { get; private set; }

    /// <summary>Whether evidence has been missing for longer than the policy's blind budget.</summary>
    public bool IsBlind => blind;

    public bool IsOver => Phase is RolloutPhase.Ended;

    /// <summary>Where the rollback that was asked for leads; null when none was asked for, or it was refused.</summary>
    public RevisionId? RollbackAskedTo { get; private set; }

    /// <summary>Fixes the parameters of the tests; from here on they do not change.</summary>
    public void BeginComparison(EvidenceBook evidence, DateTimeOffset now)
    {
        Evidence = evidence;
        lastEvidenceAt = now;
        Phase = Phase is RolloutPhase.Waiting ? new RolloutPhase.Comparing() : Phase;
    }

    /// <summary>Notes that a tick with both arms serving was compared.</summary>
    public void Compared(DateTimeOffset now)
    {
        lastEvidenceAt = now;
        comparingSince ??= now;
    }

    /// <summary>Notes that the rollout is watched from now on.</summary>
    public void Announce(DateTimeOffset now, string reason) => Decide(DecisionKind.Start, "start", now, reason);

    /// <summary>Ends the rollout for a reason outside the evidence: replaced, reverted or removed.</summary>
    public void End(RolloutOutcome outcome, DateTimeOffset now, string reason)
    {
        Phase = new RolloutPhase.Ended(outcome, now);
        Decide(DecisionKind.End, "end", now, reason, outcome: outcome);
    }

    /// <summary>The workload shows the revision that a rollback leads to.</summary>
    public void EndRolledBack(WorkloadView view, RevisionId to, DateTimeOffset now)
    {
        // Guardrail's own write quarantines the revision that it leaves; it may be seen before its outcome is known.
        var ours = RollbackAskedTo == to && (rollbackWritten || view.Quarantined.Contains(Id.To));
        End(
            ours ? RolloutOutcome.RolledBack : RolloutOutcome.Reverted,
            now,
            ours ? $"rolled back to {to}: {rollbackVerdict?.Reason}" : $"somebody else returned the workload to {to}: {rollbackVerdict?.Reason}");
    }

    /// <summary>Whether the to-revision left by the rollback that was asked for and has come back since: the cluster has numbered it anew.</summary>
    public bool CameBack(WorkloadView view) =>
        RollbackAskedTo is not null && Id.Number > 0 && view.Revision(Id.To) is { } revision && revision.Number > Id.Number;

    /// <summary>Looks at everything anew and decides.</summary>
    /// <param name="view">The workload now.</param>
    /// <param name="choice">Where a rollback would lead.</param>
    /// <param name="gap">Why there is no data now; null when there is.</param>
    /// <param name="quarantine">Why the to-revision may not run at all; null when it may.</param>
    /// <param name="now">The time of the observation.</param>
    public void Advance(WorkloadView view, RollbackChoice choice, string? gap, string? quarantine, DateTimeOffset now)
    {
        Note(view, gap, now);
        seen = view;
        var assessed = Assessor.Assess(policy, Budget, Id, view, Evidence, gap);
        Assessment = quarantine is null ? assessed : assessed with { Belief = Belief.Regressed, Cause = quarantine };
        switch (Phase)
        {
            case RolloutPhase.Ended ended:
                LetGo(view, now);
                StampIfHealthy(ended, view, now);
                break;
            case RolloutPhase.NeedsPerson { IsFinal: true }:
                break;
            case not null when view.CurrentRevision is null:
                StepAside(view, now);
                break;
            case RolloutPhase.NeedsPerson:
                StandBy(view, choice, now);
                break;
            case RolloutPhase.RollingBack phase:
                CarryOnRollback(phase, view, choice, now);
                break;
            default:
                Watch(view, choice, gap, now);
                break;
        }
    }

    /// <summary>Takes note of what became of an action.</summary>
    public void Answer(DecisionId decision, ActionOutcome outcome, DateTimeOffset now)
    {
        if (!gate.Answered(decision, outcome, now))
        {
            return;
        }

        var isRollback = decision == RollbackId;
        if (isRollback && outcome is (ActionOutcome.LostRace or ActionOutcome.Impossible))
        {
            RollbackAskedTo = null;
        }

        rollbackWritten |= isRollback && outcome is (ActionOutcome.Applied or ActionOutcome.AlreadyDone);
        if (outcome is not ActionOutcome.Impossible impossible)
        {
            return;
        }

        if (isRollback && !IsOver)
        {
            CallPerson(now, rollbackVerdict ?? Verdict, $"the rollback cannot be carried out: {impossible.Reason}", isFinal: true);
        }
        else if (IsOver)
        {
            stampRefused = true;
        }
        else
        {
            // The rollout cannot be slowed down; it is still compared, and can still be taken back.
            pacingRefused = true;
            Decide(DecisionKind.Page, "pacing-refused", now, $"the rollout cannot be held or resumed: {impossible.Reason}");
        }
    }

    /// <summary>Hands over the decisions made since the last call.</summary>
    public void TakeDecisions(List<Decision> into)
    {
        into.AddRange(decisions);
        decisions.Clear();
    }

    public RolloutState Capture() => new()
    {
        Id = Id,
        Uid = Uid,
        StartedAt = StartedAt,
        Phase = Phase,
        Assessment = Assessment,
        Gate = gate.Capture(),
        StepsDone = stepsDone,
        Holds = holds,
        PacingRefused = pacingRefused,
        Blind = blind,
        StampRefused = stampRefused,
        LastEvidenceAt = lastEvidenceAt,
        ServingSince = servingSince,
        SeeingSince = seeingSince,
        ComparingSince = comparingSince,
        RollbackVerdict = rollbackVerdict,
        RollbackAskedTo = RollbackAskedTo,
        RollbackWritten = rollbackWritten,
        Budget = Budget,
        DoubtSince = doubtSince,
        DoubtTold = doubtTold,
        Evidence = Evidence?.Capture(),
    };

    public static Rollout Restore(RolloutState state, GuardPolicy policy) =>
        new(policy, state.Budget, state.Id, state.Uid, state.StartedAt, ActionGate.Restore(state.Gate))
        {
            Phase = state.Phase,
            Assessment = state.Assessment,
            stepsDone = state.StepsDone,
            holds = state.Holds,
            pacingRefused = state.PacingRefused,
            blind = state.Blind,
            stampRefused = state.StampRefused,
            lastEvidenceAt = state.LastEvidenceAt,
            servingSince = state.ServingSince,
            seeingSince = state.SeeingSince,
            comparingSince = state.ComparingSince,
            rollbackVerdict = state.RollbackVerdict,
            RollbackAskedTo = state.RollbackAskedTo,
            rollbackWritten = state.RollbackWritten,
            doubtSince = state.DoubtSince,
            doubtTold = state.DoubtTold,
            Evidence = state.Evidence is { } evidence ? EvidenceBook.Restore(evidence, policy) : null,
        };

    private bool MayAct => policy.Autonomy is Autonomy.Veto or Autonomy.Enforce;

    /// <summary>Takes note of since when the new revision serves and since when there is data.</summary>
    private void Note(WorkloadView view, string? gap, DateTimeOffset now)
    {
        foreach (var pod in view.Pods)
        {
            if (pod.Revision == Id.To && pod.ReadySince is { } ready && !(servingSince <= ready))
            {
                servingSince = ready;
            }
        }

        seeingSince = gap is null ? seeingSince ?? now : null;
        comparingSince = gap is null ? comparingSince : null;
    }

    /// <summary>
    /// The template has been replaced and the controller has not made its revision yet: this rollout is over but in name. It does not make it
    /// while it is paused, so what Guardrail paused is let go.
    /// </summary>
    private void StepAside(WorkloadView view, DateTimeOffset now)
    {
        if (view is { Pause: PauseState.ByGuardrail, Observed: true } && MayAct && !pacingRefused && gate.IsOpen(now, view.Generation))
        {
            Resume(view, now, $"resumed: {Id.To}, which was held, has been replaced");
        }
    }

    /// <summary>The rollout is over: a pause of Guardrail's that outlived it would keep the workload between two revisions for ever.</summary>
    private void LetGo(WorkloadView view, DateTimeOffset now)
    {
        if (view is { Pause: PauseState.ByGuardrail, Observed: true } && MayAct && !pacingRefused && gate.IsOpen(now, view.Generation))
        {
            Resume(view, now, $"resumed: the rollout to {Id.To}, which was held, is over");
        }
    }

    /// <summary>A person has been called: the rollout is held meanwhile, and rolled back if what stood in the way goes away.</summary>
    private void StandBy(WorkloadView view, RollbackChoice choice, DateTimeOffset now)
    {
        if (Assessment.Belief != Belief.Regressed)
        {
            return;
        }

        if (Obstacle(view, choice) is null)
        {
            BeginRollback(Verdict, view, choice, now);
        }
        else
        {
            HoldForPerson(view, now);
        }
    }

    private void Watch(WorkloadView view, RollbackChoice choice, string? gap, DateTimeOffset now)
    {
        WatchForBlindness(view, gap, now);
        if (Assessment.Belief == Belief.Regressed)
        {
            BeginRollback(Verdict, view, choice, now);
            return;
        }

        ConsiderDoubt(view, now);
        Pace(view, gap, now);
        var due = policy.Bake + (gap is null ? TimeSpan.Zero : policy.BlindBudget);
        if (Phase is not RolloutPhase.Held && now - (servingSince ?? StartedAt) >= due && PacingPlan.IsComplete(view, Id.To))
        {
            Finish(now);
        }
    }

    /// <summary>Evidence that would suffice but is doubted: the rollout is held, and when the doubt stays a person is called.</summary>
    private void ConsiderDoubt(WorkloadView view, DateTimeOffset now)
    {
        var doubt = Assessment.Doubt;
        doubtSince = doubt == Doubt.None ? null : doubtSince ?? now;
        if (doubt == Doubt.None)
        {
            return;
        }

        HoldForPerson(view, now);
        if (doubt != doubtTold && now - doubtSince >= DoubtPatience)
        {
            doubtTold = doubt;
            Decide(DecisionKind.Page, $"doubt-{doubt}".ToLowerInvariant(), now, Verdict.Reason);
        }
    }

    private void BeginRollback(Verdict verdict, WorkloadView view, RollbackChoice choice, DateTimeOffset now)
    {
        rollbackVerdict = verdict;
        if (Obstacle(view, choice) is { } obstacle)
        {
            HoldForPerson(view, now);
            CallPerson(now, verdict, obstacle, isFinal: false);
            return;
        }

        var target = choice.Target!.Value;
        Phase = new RolloutPhase.RollingBack(target, now);
        if (policy.Autonomy == Autonomy.Veto)
        {
            var until = now + policy.VetoWindow;
            Decide(
                DecisionKind.Page,
                "veto-window",
                now,
                $"{verdict.Reason}; it will be rolled back to {target} at {until:HH:mm:ss} UTC unless guardrail.dev/veto is set to {RollbackId}");
        }

        CarryOnRollback((RolloutPhase.RollingBack)Phase, view, choice, now);
    }

    /// <summary>Why the rollback is not Guardrail's to do; null when it is.</summary>
    private string? Obstacle(WorkloadView view, RollbackChoice choice) => this switch
    {
        _ when !MayAct =>
            $"autonomy is {policy.Autonomy}: Guardrail would roll back to {choice.Target?.Hash ?? "no revision, for none is known good"}",
        _ when choice.Objection is { } objection => objection,
        _ when view.Irreversible => "the workload is marked guardrail.dev/irreversible: roll forward or back by hand",
        _ when choice.Target is null => "no known good revision is left to return to (see revisionHistoryLimit): roll forward or restore one by hand",
        _ when view.Pause == PauseState.ByOther => $"somebody else paused the rollout, which Guardrail does not undo: roll back to {choice.Target} by hand",
        _ => null,
    };

    private void CarryOnRollback(RolloutPhase.RollingBack phase, WorkloadView view, RollbackChoice choice, DateTimeOffset now)
    {
        if (view.CurrentRevision == phase.To)
        {
            EndRolledBack(view, phase.To, now);
            return;
        }

        var verdict = rollbackVerdict ?? Verdict;
        var vetoing = policy.Autonomy == Autonomy.Veto;
        if (vetoing && view.VetoedDecision == RollbackId.Value)
        {
            CallPerson(now, verdict, "a person vetoed the rollback", isFinal: true);
            return;
        }

        // Much may have changed since it was decided: a person paused the rollout, or the target is gone.
        if (Obstacle(view, choice with { Target = RollbackTarget.IsThere(view, phase.To) ? phase.To : null }) is { } obstacle)
        {
            HoldForPerson(view, now);
            CallPerson(now, verdict, obstacle, isFinal: false);
            return;
        }

        if (vetoing && now - phase.Since < policy.VetoWindow)
        {
            HoldForPerson(view, now);
        }
        else if (gate.IsOpenFor(RollbackId, now, view.Generation))
        {
            RollbackAskedTo = phase.To;
            var action = new WorkloadAction.RollBack
            {
                Decision = RollbackId,
                Workload = Id.Workload,
                Precondition = Now(view),
                Reason = verdict.Reason,
                To = phase.To,
            };
            Act(DecisionKind.RollBack, action, now, verdict, $"rolling back to {phase.To}: {verdict.Reason}");
        }
    }

    private DecisionId RollbackId => new($"rollback-{Id.To}-{Id.Number}");

    private void HoldForPerson(WorkloadView view, DateTimeOffset now)
    {
        if (MayAct && view.Pause == PauseState.Running && PacingPlan.BothWanted(view, Id.To) && !pacingRefused && gate.IsOpen(now, view.Generation))
        {
            var verdict = rollbackVerdict ?? Verdict;
            Hold(view, now, verdict, $"held: {verdict.Reason}");
        }
    }

    private void CallPerson(DateTimeOffset now, Verdict verdict, string obstacle, bool isFinal)
    {
        Phase = new RolloutPhase.NeedsPerson(now, isFinal);
        var kind = MayAct ? DecisionKind.Page : DecisionKind.RollBack;
        Decide(kind, MayAct ? "page" : "rollback", now, $"{verdict.Reason}; {obstacle}", verdict);
    }

    private void Pace(WorkloadView view, string? gap, DateTimeOffset now)
    {
        if (view.Pause == PauseState.ByGuardrail && Phase is not RolloutPhase.Held { Shown: true })
        {
            // The cluster shows the pause that was asked for, or one from before this process started.
            Phase = Phase is RolloutPhase.Held asked ? asked with { Shown = true } : new RolloutPhase.Held(HoldCause.Pacing, now, true);
            stepsDone = Math.Max(stepsDone, PacingPlan.StepsReached(policy.Pacing, view, Id.To));
            if (!MayAct)
            {
                var why = $"Guardrail paused the rollout earlier and autonomy is {policy.Autonomy} now: resume it by hand";
                Decide(DecisionKind.Page, "held-before", now, why);
            }
        }

        if (view.Pause == PauseState.ResumedByOther)
        {
            pacingRefused = true;
        }

        if (Phase is RolloutPhase.Held held)
        {
            ConsiderResuming(held, view, gap, now);
        }
        else if (MayAct && !pacingRefused && view is { Pause: PauseState.Running, Observed: true } && PacingPlan.BothWanted(view, Id.To))
        {
            ConsiderHolding(view, now);
        }
    }

    private void ConsiderHolding(WorkloadView view, DateTimeOffset now)
    {
        if (!gate.IsOpen(now, view.Generation))
        {
            return;
        }

        var steps = PacingPlan.StepsReached(policy.Pacing, view, Id.To);
        if (Assessment.IsSuspicious)
        {
            BeginHold(HoldCause.Suspicion, now);
            Hold(view, now, Verdict, $"held while the evidence is looked at: {Verdict.Reason}");
        }
        else if (steps > stepsDone)
        {
            stepsDone = steps;
            BeginHold(HoldCause.Pacing, now);
            Hold(view, now, Verdict, $"held at step {steps} of {policy.Pacing.StepPercents.Count}, to compare both revisions while they serve");
        }
    }

    private void BeginHold(HoldCause cause, DateTimeOffset now) => (Phase, comparingSince) = (new RolloutPhase.Held(cause, now, false), null);

    private void ConsiderResuming(RolloutPhase.Held held, WorkloadView view, string? gap, DateTimeOffset now)
    {
        if (view.Pause != PauseState.ByGuardrail)
        {
            RetryOrYield(held, view, now);
            return;
        }

        if (!MayAct || pacingRefused || !gate.IsOpen(now, view.Generation))
        {
            return;
        }

        if (view.Revision(Id.To) is not { DesiredReplicas: > 0 })
        {
            Resume(view, now, $"resumed: the pause is older than {Id.To}, which has no pods to compare");
            return;
        }

        if (!PacingPlan.BothWanted(view, Id.To) && !PacingPlan.OthersHavePods(view, Id.To))
        {
            Resume(view, now, "resumed: the rollout was over before it could be held, no pods of the old revision are left to compare with");
            return;
        }

        // What passes while nothing is seen is no comparison: after an outage both times begin anew.
        var compared = gap is null && comparingSince is { } began ? now - began : TimeSpan.Zero;
        var sighted = seeingSince is { } sight && sight > held.Since ? now - sight : now - held.Since;
        var calm = Assessment.Belief == Belief.Healthy && Assessment.LogEvidence < Calm;
        if (calm && compared >= policy.Pacing.StepDuration)
        {
            Resume(view, now, $"resumed after {(now - held.Since).TotalSeconds:0} s: {Verdict.Reason}");
        }
        else if (gap is null && sighted >= policy.Pacing.MaximumHold && !Assessment.IsSuspicious)
        {
            Resume(view, now, $"resumed undecided after the longest hold of {policy.Pacing.MaximumHold.TotalMinutes:0} min: {Verdict.Reason}");
        }
    }

    private void Resume(WorkloadView view, DateTimeOffset now, string why)
    {
        var action = new WorkloadAction.Resume
        {
            Decision = new($"resume-{Id.To}-{Id.Number}-{holds}"),
            Workload = Id.Workload,
            Precondition = Now(view) with { CurrentRevision = view.CurrentRevision },
            Reason = Verdict.Reason,
        };
        Act(DecisionKind.Resume, action, now, Verdict, why);
    }

    /// <summary>Held, but the cluster does not show a pause of ours: not yet, no longer, or somebody else decided otherwise.</summary>
    private void RetryOrYield(RolloutPhase.Held held, WorkloadView view, DateTimeOffset now)
    {
        if (!gate.IsOpen(now, view.Generation))
        {
            return;
        }

        if (!held.Shown && view.Pause == PauseState.Running && PacingPlan.BothWanted(view, Id.To) && !pacingRefused)
        {
            Hold(view, now, Verdict, $"held ({held.Cause})", isRetry: true);
        }
        else
        {
            Phase = Evidence is null ? new RolloutPhase.Waiting() : new RolloutPhase.Comparing();
        }
    }

    private void Hold(WorkloadView view, DateTimeOffset now, Verdict verdict, string reason, bool isRetry = false)
    {
        holds += isRetry || gate.IsUnsettled(HoldId) ? 0 : 1;
        var action = new WorkloadAction.Hold
        {
            Decision = HoldId,
            Workload = Id.Workload,
            Precondition = Now(view),
            Reason = reason,
        };
        Act(DecisionKind.Hold, action, now, verdict, reason);
    }

    private DecisionId HoldId => new($"hold-{Id.To}-{Id.Number}-{holds}");

    private void WatchForBlindness(WorkloadView view, string? gap, DateTimeOffset now)
    {
        var comparable = view.DesiredReplicas > 0 && (gap is not null || PacingPlan.BothWanted(view, Id.To));
        if (!comparable || lastEvidenceAt > now)
        {
            lastEvidenceAt = now;
        }

        if (!blind && now - lastEvidenceAt >= policy.BlindBudget)
        {
            blind = true;
            var why = gap ?? "both revisions have pods, but no requests of both have been observed";
            Decide(DecisionKind.Blind, $"blind-{now.ToUnixTimeSeconds()}", now, $"no evidence for {(now - lastEvidenceAt).TotalMinutes:0.#} min: {why}");
        }
        else if (blind && gap is null && now - lastEvidenceAt < policy.BlindBudget)
        {
            blind = false;
            Decide(DecisionKind.EvidenceReturned, $"seeing-{now.ToUnixTimeSeconds()}", now, "evidence comes in again");
        }
    }

    private void Finish(DateTimeOffset now)
    {
        var outcome = Assessment.Belief switch
        {
            Belief.Healthy => RolloutOutcome.Healthy,
            Belief.NoEvidence => RolloutOutcome.Blind,
            _ => RolloutOutcome.Undecided,
        };
        End(outcome, now, $"{Verdict.Name} after {(now - StartedAt).TotalMinutes:0.#} min: {Verdict.Reason}");
    }

    private void StampIfHealthy(RolloutPhase.Ended ended, WorkloadView view, DateTimeOffset now)
    {
        var wanted = ended.Outcome == RolloutOutcome.Healthy && MayAct && !stampRefused && view.CurrentRevision == Id.To;
        if (wanted && view.Revision(Id.To) is { KnownGood: false } && gate.IsOpen(now, view.Generation))
        {
            var action = new WorkloadAction.StampKnownGood
            {
                Decision = new($"good-{Id.To}-{Id.Number}"),
                Workload = Id.Workload,
                Precondition = Now(view),
                Reason = Verdict.Reason,
            };
            Act(DecisionKind.StampKnownGood, action, now, Verdict, $"{Id.To} is known good");
        }
    }

    private Precondition Now(WorkloadView view) => new(view.Uid, view.Generation, view.CurrentRevision is null ? null : Id.To);

    private void Act(DecisionKind kind, WorkloadAction action, DateTimeOffset now, Verdict verdict, string reason)
    {
        var retry = gate.IsUnsettled(action.Decision);
        gate.Asked(action.Decision, action.Precondition.Generation, now);
        decisions.Add(new Decision
        {
            Id = action.Decision,
            Rollout = Id,
            Uid = Uid,
            At = now,
            Kind = kind,
            Verdict = verdict,
            Reason = reason,
            Action = action,
            IsRetry = retry,
        });
    }

    private void Decide(
        DecisionKind kind, string name, DateTimeOffset now, string reason, Verdict? verdict = null, RolloutOutcome? outcome = null) =>
        decisions.Add(new Decision
        {
            Id = new($"{name}-{Id.To}-{Id.Number}"),
            Rollout = Id,
            Uid = Uid,
            At = now,
            Kind = kind,
            Verdict = verdict ?? Verdict,
            Reason = reason,
            Outcome = outcome,
        });
}
