using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>
/// One guarded rollout: a state machine that turns the workload's view, the evidence and the time into decisions. It asks for changes; it never
/// believes in one before the view shows it.
/// </summary>
internal sealed class Rollout
{
    private readonly RolloutCase file;
    private readonly Holding holding;
    private readonly Pacer pacer;
    private readonly Lookout lookout;
    private readonly Blindness blindness;
    private readonly Doubting doubting;
    private readonly Rollback rollback;
    private readonly KnownGoodStamp stamp;
    private readonly CureWatch cure;
    private readonly Freezing freezing;
    private readonly Suspending suspending;
    private DateTimeOffset? servingSince;

    public Rollout(GuardPolicy policy, double budget, RolloutId id, string uid, DateTimeOffset startedAt, DateTimeOffset seenAt)
        : this(new RolloutCase(policy, budget, id, uid, startedAt, new ActionGate()), seenAt)
    {
    }

    private Rollout(RolloutCase file, DateTimeOffset seenAt)
    {
        this.file = file;
        holding = new(file);
        pacer = new(file, holding);
        lookout = new(file);
        blindness = new(file, seenAt);
        doubting = new(file, holding);
        cure = new(file);
        freezing = new(file);
        suspending = new(file);
        rollback = new(file, holding, cure, suspending);
        stamp = new(file);
    }

    public RolloutId Id => file.Id;

    public string Uid => file.Uid;

    /// <summary>Highest accepted probability that it is rolled back although healthy: the policy's, halved for every rollback of the revision.</summary>
    public double Budget => file.Budget;

    /// <summary>When the first pod of the to-revision was made, as far as the cluster tells.</summary>
    public DateTimeOffset StartedAt => file.StartedAt;

    /// <summary>When the first pod of the to-revision became ready; before that, when it was made.</summary>
    public DateTimeOffset ServingSince => servingSince ?? StartedAt;

    public RolloutPhase Phase => file.Phase;

    public Assessment Assessment => file.Assessment;

    /// <summary>The assessment in words.</summary>
    public Verdict Verdict => file.Verdict;

    /// <summary>What has been compared; null before both arms were observed, and when the rollout is over and its cure known.</summary>
    public EvidenceBook? Evidence => file.Evidence;

    /// <summary>Whether evidence has been missing for longer than the policy's blind budget.</summary>
    public bool IsBlind => blindness.IsBlind;

    public bool IsOver => file.IsOver;

    /// <summary>Where the rollback that was asked for leads; null when none was asked for, or it was refused.</summary>
    public RevisionId? RollbackAskedTo => rollback.AskedTo;

    /// <summary>What holds for the whole fleet.</summary>
    public ISafety Safety
    {
        set => file.Safety = value;
    }

    /// <summary>Name of a rollback that a person asked for before this rollout began; null for none.</summary>
    public string? EarlierRequest
    {
        get => file.EarlierRequest;
        init => file.EarlierRequest = value;
    }

    /// <summary>Whether the rollback was the cure; null when Guardrail made none.</summary>
    public Cure? Cure => cure.State;

    /// <summary>Fixes the parameters of the tests; from here on they do not change.</summary>
    /// <param name="evidence">The tests.</param>
    /// <param name="tracks">The signals as they were before the rollout.</param>
    /// <param name="now">When.</param>
    public void BeginComparison(EvidenceBook evidence, IEnumerable<SignalTrack> tracks, DateTimeOffset now)
    {
        file.Evidence = evidence;
        cure.Remember(tracks);
        blindness.Saw(now);
        file.Phase = Phase is RolloutPhase.Waiting ? new RolloutPhase.Comparing() : Phase;
    }

    /// <summary>Notes that a tick with both arms serving was compared.</summary>
    public void Compared(DateTimeOffset now)
    {
        blindness.Saw(now);
        pacer.Compared(now);
    }

    /// <summary>Takes over a finished tick of the revision that a rollback restored.</summary>
    public void ObserveRestored(SignalTrack track, IPodArms arms, DateTimeOffset now) => cure.Observe(track, arms, now);

    /// <summary>What comes after a rollback is another matter from now on.</summary>
    public void GiveUpCure(DateTimeOffset now, string why) => cure.GiveUp(now, why);

    /// <summary>Notes that the rollout is watched from now on.</summary>
    public void Announce(DateTimeOffset now, string reason) => file.Decide(DecisionKind.Start, "start", now, reason);

    /// <summary>Ends the rollout for a reason outside the evidence: replaced, reverted or removed.</summary>
    public void End(RolloutOutcome outcome, DateTimeOffset now, string reason) => file.End(outcome, now, reason);

    /// <summary>The workload shows the revision that a rollback leads to.</summary>
    public void EndRolledBack(WorkloadView view, RevisionId to, DateTimeOffset now) => rollback.End(view, to, now);

    /// <summary>Whether the to-revision left by the rollback that was asked for and has come back since: the cluster has numbered it anew.</summary>
    public bool CameBack(WorkloadView view) => rollback.CameBack(view);

    /// <summary>Looks at everything anew and decides.</summary>
    /// <param name="view">The workload now.</param>
    /// <param name="choice">Where a rollback would lead.</param>
    /// <param name="gap">Why there is no data now; null when there is.</param>
    /// <param name="quarantine">Why the to-revision may not run at all; null when it may.</param>
    /// <param name="now">The time of the observation.</param>
    public void Advance(WorkloadView view, RollbackChoice choice, string? gap, string? quarantine, DateTimeOffset now)
    {
        NoteServing(view);
        pacer.Note(gap, lookout.WasAway(now), now);
        file.Seen = view;
        if (file.LastVerdict is null)
        {
            var assessed = Assessor.Assess(file.Policy, Budget, Id, view, Evidence, gap);
            file.Assessment = quarantine is null ? assessed : assessed with { Belief = Belief.Regressed, Cause = quarantine };
        }

        switch (Phase)
        {
            case RolloutPhase.Ended ended:
                holding.LetGo(view, now);
                stamp.StampIfHealthy(ended, view, now);
                cure.Look(view, gap, now);
                CloseIfDone(ended, now);
                break;
            case RolloutPhase.NeedsPerson { IsFinal: true }:
                break;
            case not null when view.CurrentRevision is null:
                holding.StepAside(view, now);
                break;
            case RolloutPhase.Contested contested:
                rollback.StandBy(contested, view, now);
                break;
            case RolloutPhase.NeedsPerson:
                rollback.StandBy(view, choice, now);
                break;
            case RolloutPhase.RollingBack phase:
                rollback.CarryOn(phase, view, choice, now);
                break;
            default:
                Watch(view, choice, gap, now);
                break;
        }
    }

    /// <summary>Takes note of what became of an action.</summary>
    public void Answer(DecisionId decision, ActionOutcome outcome, DateTimeOffset now)
    {
        if (suspending.Answer(decision, outcome, now) || !file.Gate.Answered(decision, outcome, now))
        {
            return;
        }

        if (decision == rollback.Id)
        {
            rollback.Answer(outcome, now);
        }
        else if (outcome is ActionOutcome.Impossible impossible && !IsOver)
        {
            // The rollout cannot be slowed down; it is still compared, and can still be taken back.
            holding.Refuse();
            file.Decide(DecisionKind.Page, "pacing-refused", now, $"the rollout cannot be held or resumed: {impossible.Reason}");
        }

        stamp.IsRefused |= outcome is ActionOutcome.Impossible && IsOver;
    }

    /// <summary>Hands over the decisions made since the last call.</summary>
    public void TakeDecisions(List<Decision> into) => file.TakeDecisions(into);

    public RolloutState Capture() => new()
    {
        Id = Id,
        Uid = Uid,
        StartedAt = StartedAt,
        Budget = Budget,
        Phase = Phase,
        Assessment = Assessment,
        LastVerdict = file.LastVerdict,
        Gate = file.Gate.Capture(),
        Holding = holding.Capture(),
        Pacer = pacer.Capture(),
        Lookout = lookout.Capture(),
        Blindness = blindness.Capture(),
        Doubting = doubting.Capture(),
        Rollback = rollback.Capture(),
        Suspending = suspending.Capture(),
        Cure = cure.Capture(),
        FreezeTold = freezing.IsTold,
        StampRefused = stamp.IsRefused,
        ServingSince = servingSince,
        Evidence = Evidence?.Capture(),
        EarlierRequest = EarlierRequest,
    };

    public static Rollout Restore(RolloutState state, GuardPolicy policy)
    {
        var file = new RolloutCase(policy, state.Budget, state.Id, state.Uid, state.StartedAt, ActionGate.Restore(state.Gate))
        {
            Phase = state.Phase,
            Assessment = state.Assessment,
            EarlierRequest = state.EarlierRequest,
            LastVerdict = state.LastVerdict,
            Evidence = state.Evidence is { } evidence ? EvidenceBook.Restore(evidence, policy) : null,
        };
        var rollout = new Rollout(file, state.Blindness.LastEvidenceAt) { servingSince = state.ServingSince };
        rollout.holding.Restore(state.Holding);
        rollout.pacer.Restore(state.Pacer);
        rollout.lookout.Restore(state.Lookout);
        rollout.blindness.Restore(state.Blindness);
        rollout.doubting.Restore(state.Doubting);
        rollout.rollback.Restore(state.Rollback);
        rollout.suspending.Restore(state.Suspending);
        rollout.cure.Restore(state.Cure);
        rollout.freezing.IsTold = state.FreezeTold;
        rollout.stamp.IsRefused = state.StampRefused;
        return rollout;
    }

    /// <summary>Whoever was told of the end may look at the evidence, and while trouble of others may be laid at its door it is compared.</summary>
    private void CloseIfDone(RolloutPhase.Ended ended, DateTimeOffset now)
    {
        if (file.LastVerdict is null && now - ended.At > Disturbance.Longest && !cure.IsOpen)
        {
            file.Close();
            cure.Close();
        }
    }

    /// <summary>Takes note of since when the new revision serves.</summary>
    private void NoteServing(WorkloadView view)
    {
        foreach (var pod in view.Pods)
        {
            if (pod.Revision == Id.To && pod.ReadySince is { } ready && !(servingSince <= ready))
            {
                servingSince = ready;
            }
        }
    }

    private void Watch(WorkloadView view, RollbackChoice choice, string? gap, DateTimeOffset now)
    {
        blindness.Look(view, gap, now);
        if (Assessment.Belief == Belief.Regressed)
        {
            rollback.Begin(view, choice, now);
            return;
        }

        doubting.Look(view, rollback.Verdict, now);
        pacer.Pace(view, gap, freezing.Look(view, now), now);

        // One that looks worse, or that nobody can judge amid trouble, is watched for a second bake: whoever is on call would look on as well.
        var due = (Assessment.WantsTime ? 2 * file.Policy.Bake : file.Policy.Bake) + (gap is null ? TimeSpan.Zero : file.Policy.BlindBudget)
            + lookout.Unseen;
        if (Phase is not RolloutPhase.Held && now - ServingSince >= due && PacingPlan.IsComplete(view, Id.To))
        {
            Finish(now);
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
        var verdict = Verdict;
        End(outcome, now, $"{verdict.Name} after {(now - StartedAt).TotalMinutes:0.#} min: {verdict.Reason}");
    }
}
