using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;

namespace Guardrail.Kubernetes.Records;

/// <summary>What became of a rollout so far. Written by Guardrail alone, each time conditional on the version it was read at.</summary>
public sealed record GuardedRolloutStatus
{
    /// <summary>Generation of the spec that this status has taken into account.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>When phase, verdict and evidence were so; null in records of versions that did not say. Once the rollout has ended it stays.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Where the rollout stands.</summary>
    public RecordedPhase Phase { get; init; }

    /// <summary>Why Guardrail holds the rollout; null while it does not, and in records of versions that did not say.</summary>
    public HoldCause? HeldFor { get; init; }

    /// <summary>How it ended; null while it is watched.</summary>
    public RolloutOutcome? Outcome { get; init; }

    /// <summary>What is believed of the new revision.</summary>
    public RecordedVerdict Verdict { get; init; }

    /// <summary>Why, in counts, for people.</summary>
    public string Reason { get; init; } = string.Empty;

    /// <summary>When the first pod of the new revision was made.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null while it is watched.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Highest accepted probability that it is rolled back although healthy.</summary>
    public double? Budget { get; init; }

    /// <summary>The evidence of all signals together; null before both revisions were compared.</summary>
    public RecordedEvidence? Evidence { get; init; }

    /// <summary>What each signal says, in the policy's order, then what is watched beside them.</summary>
    public ImmutableArray<RecordedSignal> Signals { get; init; } = [];

    /// <summary>Decisions in order of time, each once: the first and the newest, at most <see cref="RecordLimits.Timeline"/>.</summary>
    public ImmutableArray<RecordedDecision> Timeline { get; init; } = [];

    /// <summary>What was going to be done to the workload, written before it was touched, and what became of it.</summary>
    public ImmutableArray<Intent> Intents { get; init; } = [];

    /// <summary>Whether the rollback was the cure; null when Guardrail made none.</summary>
    public RecordedCure? Cure { get; init; }

    /// <summary>Answer to the newest request of a person; null when there was none.</summary>
    public RequestAnswer? Request { get; init; }

    /// <summary>Conditions, one of each type (<see cref="RolloutConditions"/>).</summary>
    public ImmutableArray<RecordCondition> Conditions { get; init; } = [];

    /// <summary>From where the rollout goes on after a restart; null when nothing is left to be watched or the checkpoint was too large.</summary>
    public Checkpoint? Checkpoint { get; init; }
}

/// <summary>Where a recorded rollout stands; the cases of <see cref="RolloutPhase"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordedPhase>))]
public enum RecordedPhase
{
    /// <summary>Seen; the two revisions have not been observed serving together yet.</summary>
    Waiting,

    /// <summary>Being compared, or watched after the old revision is gone.</summary>
    Comparing,

    /// <summary>Paused by Guardrail.</summary>
    Held,

    /// <summary>A rollback was decided and is under way, or waits for its veto window.</summary>
    RollingBack,

    /// <summary>A person has to act.</summary>
    NeedsPerson,

    /// <summary>Somebody keeps writing a revision back that was rolled back; Guardrail gave way, and a person has to act.</summary>
    Contested,

    /// <summary>Over; the outcome says how.</summary>
    Ended,
}

/// <summary>What is believed; the cases of <see cref="Engine.Decisions.Verdict"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordedVerdict>))]
public enum RecordedVerdict
{
    /// <summary>There is no data to compare.</summary>
    NoEvidence,

    /// <summary>There is data, but not enough to tell either way.</summary>
    Undecided,

    /// <summary>Compared long enough, and nothing speaks against the new revision.</summary>
    Healthy,

    /// <summary>The new revision is worse, or cannot serve.</summary>
    Regressed,
}

/// <summary>One decision of the rollout.</summary>
public sealed record RecordedDecision
{
    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Name of the decision; repeatable.</summary>
    public required string Decision { get; init; }

    /// <summary>What was decided.</summary>
    public required DecisionKind Kind { get; init; }

    /// <summary>What was believed.</summary>
    public required RecordedVerdict Verdict { get; init; }

    /// <summary>Why, in counts.</summary>
    public required string Reason { get; init; }
}

/// <summary>What Guardrail said to a person's request.</summary>
public sealed record RequestAnswer
{
    /// <summary>The request's id.</summary>
    public required string Id { get; init; }

    /// <summary>What became of it.</summary>
    public required RequestState State { get; init; }

    /// <summary>In one sentence: what was done, or why it was not.</summary>
    public required string Message { get; init; }

    /// <summary>When that was said.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>What became of a person's request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestState>))]
public enum RequestState
{
    /// <summary>Taken over; being carried out.</summary>
    Accepted,

    /// <summary>Carried out.</summary>
    Done,

    /// <summary>Not carried out; the message says why.</summary>
    Refused,
}

/// <summary>
/// From where a rollout goes on after a restart with the same evidence: the engine's snapshot of the workload as JSON, compressed with gzip, in
/// base64, at most <see cref="RecordLimits.Checkpoint"/> characters.
/// </summary>
public sealed record Checkpoint
{
    /// <summary>When it was taken; what happened later is read again from the metric source.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Format of the data. A version that does not know it begins without.</summary>
    public required string Format { get; init; }

    /// <summary>The data.</summary>
    public required string Data { get; init; }
}
