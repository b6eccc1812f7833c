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

    /// <summary>Where it stands.</summary>
    public required RolloutPhase Phase { get; init; }

    /// <summary>What the evidence said when it was last looked at.</summary>
    public required Assessment Assessment { get; init; }

    /// <summary>The action that is waited for.</summary>
    public required ActionGateState Gate { get; init; }

    /// <summary>Steps of the pacing that are over.</summary>
    public required int StepsDone { get; init; }

    /// <summary>Holds asked for.</summary>
    public required int Holds { get; init; }

    /// <summary>Whether it is not to be held again.</summary>
    public required bool PacingRefused { get; init; }

    /// <summary>Whether the blind budget is spent.</summary>
    public required bool Blind { get; init; }

    /// <summary>Whether the revision cannot be stamped.</summary>
    public required bool StampRefused { get; init; }

    /// <summary>When both arms were last compared, or could not have been.</summary>
    public required DateTimeOffset LastEvidenceAt { get; init; }

    /// <summary>Since when the new revision has served; null before it did.</summary>
    public required DateTimeOffset? ServingSince { get; init; }

    /// <summary>Since when there has been data without a gap; null while there is none.</summary>
    public required DateTimeOffset? SeeingSince { get; init; }

    /// <summary>Since when both arms have been compared at this step; null before.</summary>
    public required DateTimeOffset? ComparingSince { get; init; }

    /// <summary>What was believed when the rollback was decided; null when none was.</summary>
    public required Verdict? RollbackVerdict { get; init; }

    /// <summary>Where the rollback that was asked for leads; null when none was.</summary>
    public required RevisionId? RollbackAskedTo { get; init; }

    /// <summary>Whether that rollback is known to have been written.</summary>
    public required bool RollbackWritten { get; init; }

    /// <summary>Highest accepted probability that it is rolled back although healthy.</summary>
    public required double Budget { get; init; }

    /// <summary>Since when the evidence has been doubted; null while it is not.</summary>
    public required DateTimeOffset? DoubtSince { get; init; }

    /// <summary>The doubt that a person was called for.</summary>
    public required Doubt DoubtTold { get; init; }

    /// <summary>The evidence; null before the new revision was observed.</summary>
    public required EvidenceBookState? Evidence { get; init; }
}
