using System.Text.Json.Serialization;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Where a guarded rollout stands. Closed.</summary>
[JsonDerivedType(typeof(Waiting), nameof(Waiting))]
[JsonDerivedType(typeof(Comparing), nameof(Comparing))]
[JsonDerivedType(typeof(Held), nameof(Held))]
[JsonDerivedType(typeof(RollingBack), nameof(RollingBack))]
[JsonDerivedType(typeof(NeedsPerson), nameof(NeedsPerson))]
[JsonDerivedType(typeof(Contested), nameof(Contested))]
[JsonDerivedType(typeof(Ended), nameof(Ended))]
public abstract record RolloutPhase
{
    private RolloutPhase()
    {
    }

    /// <summary>Name of the case, for records and labels.</summary>
    public string Name => GetType().Name;

    /// <summary>Seen; both revisions have not been observed serving together yet.</summary>
    public sealed record Waiting : RolloutPhase;

    /// <summary>Both revisions are being compared, or were and the new one is being watched.</summary>
    public sealed record Comparing : RolloutPhase;

    /// <summary>Guardrail paused the rollout.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Since">Since when.</param>
    /// <param name="Shown">Whether the cluster has shown the pause; until then it is only asked for.</param>
    public sealed record Held(HoldCause Cause, DateTimeOffset Since, bool Shown) : RolloutPhase;

    /// <summary>A rollback was decided and is waiting for its veto window, for the write, or for the cluster to show it.</summary>
    /// <param name="To">Revision to return to.</param>
    /// <param name="Since">When it was decided.</param>
    public sealed record RollingBack(RevisionId To, DateTimeOffset Since) : RolloutPhase;

    /// <summary>A person has to act: the revision is bad, and Guardrail may not or cannot take it back.</summary>
    /// <param name="Since">Since when.</param>
    /// <param name="IsFinal">Whether that stays so even if what stands in the way goes away (a veto, a write the cluster refused).</param>
    public record NeedsPerson(DateTimeOffset Since, bool IsFinal) : RolloutPhase;

    /// <summary>
    /// Somebody keeps writing a revision back that was rolled back: Guardrail gives way and calls a person. Watched again once a person releases it.
    /// </summary>
    /// <param name="Since">Since when.</param>
    /// <param name="Rollbacks">How often it was rolled back.</param>
    /// <param name="Manager">Field manager that wrote it last; null when the cluster does not tell.</param>
    /// <param name="WasQuarantined">Whether the workload said so when it became contested; if not, taking the mark away releases nothing.</param>
    public sealed record Contested(DateTimeOffset Since, int Rollbacks, string? Manager, bool WasQuarantined)
        : NeedsPerson(Since, IsFinal: false);

    /// <summary>Over.</summary>
    /// <param name="Outcome">How it ended.</param>
    /// <param name="At">When.</param>
    public sealed record Ended(RolloutOutcome Outcome, DateTimeOffset At) : RolloutPhase;
}

/// <summary>Why Guardrail paused a rollout.</summary>
public enum HoldCause
{
    /// <summary>A step of the policy's pacing.</summary>
    Pacing,

    /// <summary>Evidence against the new revision reached the hold threshold.</summary>
    Suspicion,

    /// <summary>An agent made the change, and too many of theirs were rolled back.</summary>
    Frozen,
}

/// <summary>How a rollout ended.</summary>
public enum RolloutOutcome
{
    /// <summary>Watched to its end and healthy.</summary>
    Healthy,

    /// <summary>Watched to its end; the data did not suffice to tell.</summary>
    Undecided,

    /// <summary>Watched to its end without evidence.</summary>
    Blind,

    /// <summary>Taken back by Guardrail, of its own accord or because a person asked it to.</summary>
    RolledBack,

    /// <summary>Taken back by somebody else.</summary>
    Reverted,

    /// <summary>Replaced by another rollout before it ended.</summary>
    Superseded,

    /// <summary>The workload is gone.</summary>
    Removed,
}
