using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>What is known of one rollout and what has been decided of it: shared by those who work on it (holding, pacing, rolling back ...).</summary>
internal sealed class RolloutCase(GuardPolicy policy, double budget, RolloutId id, string uid, DateTimeOffset startedAt, ActionGate gate)
{
    private readonly List<Decision> decisions = [];

    public GuardPolicy Policy { get; } = policy;

    /// <summary>Highest accepted probability that it is rolled back although healthy.</summary>
    public double Budget { get; } = budget;

    public RolloutId Id { get; } = id;

    public string Uid { get; } = uid;

    /// <summary>When the first pod of the to-revision was made, as far as the cluster tells.</summary>
    public DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>Lets one action through at a time.</summary>
    public ActionGate Gate { get; } = gate;

    /// <summary>Name of a rollback that a person asked for before this rollout began: it says nothing of this one. Null for none.</summary>
    public string? EarlierRequest { get; set; }

    public RolloutPhase Phase { get; set; } = new RolloutPhase.Waiting();

    public Assessment Assessment { get; set; } = new(Belief.NoEvidence, "nothing has been observed yet", 0, 0);

    /// <summary>What has been compared; null before both arms were observed, and once the rollout is closed.</summary>
    public EvidenceBook? Evidence { get; set; }

    /// <summary>What was believed when the rollout was closed; null while it is open.</summary>
    public Verdict? LastVerdict { get; set; }

    /// <summary>The newest view, for names of nodes in texts only.</summary>
    public WorkloadView? Seen { get; set; }

    /// <summary>What holds for the whole fleet.</summary>
    public ISafety Safety { get; set; } = NoSafety.Instance;

    /// <summary>What was believed when it was decided to take the revision back; null when that was never decided.</summary>
    public Verdict? RollbackVerdict { get; set; }

    /// <summary>The assessment in words; while the revision is taken back, and after that, what led to it, for its pods are gone and nothing speaks against it any more.</summary>
    public Verdict Verdict => LastVerdict ?? (IsTakenBack ? RollbackVerdict : null) ?? Explanation.Of(Assessment, Policy, Budget, Id, Evidence, Seen);

    private bool IsTakenBack => Phase is RolloutPhase.RollingBack or RolloutPhase.Ended { Outcome: RolloutOutcome.RolledBack };

    public bool IsOver => Phase is RolloutPhase.Ended;

    /// <summary>Whether the policy lets Guardrail change the workload.</summary>
    public bool MayAct => Policy.Autonomy is Autonomy.Veto or Autonomy.Enforce;

    /// <summary>What must still hold when an action on the rollout is carried out.</summary>
    public Precondition Expect(WorkloadView view) => new(view.Uid, view.Generation, view.CurrentRevision is null ? null : Id.To);

    /// <summary>Ends the rollout.</summary>
    public void End(RolloutOutcome outcome, DateTimeOffset now, string reason)
    {
        Phase = new RolloutPhase.Ended(outcome, now);
        Decide(DecisionKind.End, "end", now, reason, outcome: outcome);
    }

    /// <summary>
    /// Lets go of the evidence: nothing is compared any more, and of hundreds of workloads the last rollouts' would stay in memory for weeks.
    /// What was believed stays in words.
    /// </summary>
    public void Close() => (LastVerdict, Evidence) = (Verdict, null);

    /// <summary>Decides something that changes the cluster.</summary>
    /// <param name="kind">What is decided.</param>
    /// <param name="action">The change.</param>
    /// <param name="now">When.</param>
    /// <param name="verdict">What is believed of the rollout.</param>
    /// <param name="reason">Why.</param>
    /// <param name="through">Gate of an action that does not change the workload; null for the workload's.</param>
    public void Act(DecisionKind kind, WorkloadAction action, DateTimeOffset now, Verdict verdict, string reason, ActionGate? through = null)
    {
        var gate = through ?? Gate;
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

    /// <summary>Decides something that changes nothing.</summary>
    public void Decide(
        DecisionKind kind, string name, DateTimeOffset now, string reason, Verdict? verdict = null, RolloutOutcome? outcome = null) =>
        decisions.Add(new Decision
        {
            Id = DecisionId.Of(name, Id),
            Rollout = Id,
            Uid = Uid,
            At = now,
            Kind = kind,
            Verdict = verdict ?? Verdict,
            Reason = reason,
            Outcome = outcome,
        });

    /// <summary>Hands over the decisions made since the last call.</summary>
    public void TakeDecisions(List<Decision> into)
    {
        into.AddRange(decisions);
        decisions.Clear();
    }
}
