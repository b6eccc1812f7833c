using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>State of a rollout, for snapshots.</summary>
public sealed record RolloutState
{
    /// <summary>The rollout.</summary>
    public required RolloutId Id { get; init; }

    /// <summary>The workload's uid.</summary>
    public required string Uid { get; init; }

    /// <summary>When its first pod was made.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Highest accepted probability that it is rolled back although healthy.</summary>
    public required double Budget { get; init; }

    /// <summary>Where it stands.</summary>
    public required RolloutPhase Phase { get; init; }

    /// <summary>What the evidence said when it was last looked at.</summary>
    public required Assessment Assessment { get; init; }

    /// <summary>What was believed when the rollout was closed; null while it is open.</summary>
    public Verdict? LastVerdict { get; init; }

    /// <summary>The action that is waited for.</summary>
    public required ActionGateState Gate { get; init; }

    /// <summary>What it was held for, and whether it may be held again.</summary>
    public required HoldingState Holding { get; init; }

    /// <summary>How far its pacing is.</summary>
    public required PacerState Pacer { get; init; }

    /// <summary>When it was last looked at, and how long nobody did; null in records of versions that did not know.</summary>
    public LookoutState? Lookout { get; init; }

    /// <summary>Since when there is no evidence.</summary>
    public required BlindnessState Blindness { get; init; }

    /// <summary>What is doubted.</summary>
    public required DoubtingState Doubting { get; init; }

    /// <summary>The rollback, as far as it got.</summary>
    public required RollbackState Rollback { get; init; }

    /// <summary>Whether what brings the revision back was suspended; null in records of versions that could not do it.</summary>
    public SuspendingState? Suspending { get; init; }

    /// <summary>Whether that was the cure.</summary>
    public required CureWatchState Cure { get; init; }

    /// <summary>Whether a person was told that it must wait.</summary>
    public bool FreezeTold { get; init; }

    /// <summary>Whether the revision cannot be stamped.</summary>
    public required bool StampRefused { get; init; }

    /// <summary>Since when the new revision has served; null before it did.</summary>
    public required DateTimeOffset? ServingSince { get; init; }

    /// <summary>Name of a rollback that a person asked for before this rollout began; null for none.</summary>
    public string? EarlierRequest { get; init; }

    /// <summary>The evidence; null before the new revision was observed.</summary>
    public required EvidenceBookState? Evidence { get; init; }
}
