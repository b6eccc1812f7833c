using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Decisions;

/// <summary>What was decided.</summary>
public enum DecisionKind
{
    /// <summary>A rollout was seen and is watched from now on.</summary>
    Start,

    /// <summary>Pause the rollout where it stands.</summary>
    Hold,

    /// <summary>Let the rollout that Guardrail held go on.</summary>
    Resume,

    /// <summary>Return to the last known good revision.</summary>
    RollBack,

    /// <summary>The new revision is bad and Guardrail may not, or cannot, take it back: a person must.</summary>
    Page,

    /// <summary>There has been no evidence for longer than the policy's blind budget.</summary>
    Blind,

    /// <summary>Evidence comes in again after a blind spell.</summary>
    EvidenceReturned,

    /// <summary>The rollout ended: it was watched to its end, replaced, taken back or removed.</summary>
    End,

    /// <summary>Stamp the revision as known good.</summary>
    StampKnownGood,

    /// <summary>Delete a broken pod of a revision that was rolled back, for which the workload waits in vain.</summary>
    DeletePod,

    /// <summary>Suspend the GitOps object that brings a revision back which was rolled back.</summary>
    SuspendSource,

    /// <summary>After a rollback errors and latency are what they were before the rollout.</summary>
    Cured,

    /// <summary>They are not: the change was not the cause. A person must look; nothing more is rolled back.</summary>
    NotCured,

    /// <summary>There was too little data to tell whether the rollback was the cure.</summary>
    CureUnknown,
}

/// <summary>One decision of a guarded rollout, with its reason. The same observations make the same decisions.</summary>
public sealed record Decision
{
    /// <summary>Name of the decision; repeatable.</summary>
    public required DecisionId Id { get; init; }

    /// <summary>The rollout.</summary>
    public required RolloutId Rollout { get; init; }

    /// <summary>The workload's uid.</summary>
    public required string Uid { get; init; }

    /// <summary>When it was made: the time of the observation that led to it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What was decided.</summary>
    public required DecisionKind Kind { get; init; }

    /// <summary>What is believed of the rollout.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why, in counts, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Change to the cluster that the decision asks for; null when it asks for none or the policy's autonomy forbids it.</summary>
    public WorkloadAction? Action { get; init; }

    /// <summary>How the rollout ended; only of <see cref="DecisionKind.End"/>.</summary>
    public RolloutOutcome? Outcome { get; init; }

    /// <summary>Whether a person must look now.</summary>
    public bool CallsPerson => Kind is DecisionKind.Page or DecisionKind.NotCured;

    /// <summary>Whether this repeats an earlier decision whose action has not succeeded yet.</summary>
    public bool IsRetry { get; init; }
}
