using System.Collections.Immutable;

namespace Guardrail.Simulation.Drills;

/// <summary>How a drill went, in counts and times. All times count from the drill's beginning unless they say otherwise.</summary>
public sealed record DrillScore
{
    /// <summary>What there was to find.</summary>
    public required DrillTrouble Trouble { get; init; }

    /// <summary>When it began to hurt: the first request that a bad rollout spoilt, or the beginning of what came from elsewhere; null when nobody was hurt.</summary>
    public TimeSpan? HurtAt { get; init; }

    /// <summary>When a participant first named it, or acted rightly; null when nobody did.</summary>
    public DrillMilestone? Detected { get; init; }

    /// <summary>
    /// When a participant first acted rightly: held or rolled back a bad rollout, or paged somebody when there was none; null when nobody did.
    /// </summary>
    public DrillMilestone? Decided { get; init; }

    /// <summary>When the last request was spoilt, if a minute without any followed; null when it went on, or there was nothing to mitigate.</summary>
    public DrillMilestone? Mitigated { get; init; }

    /// <summary>What should not have been done, in order of time.</summary>
    public ImmutableArray<WrongAction> Wrong { get; init; } = [];

    /// <summary>What became of each rollout that began in the drill, in order of time.</summary>
    public ImmutableArray<DrilledRollout> Rollouts { get; init; } = [];

    /// <summary>Who was paged, in order of time.</summary>
    public ImmutableArray<string> Paged { get; init; } = [];

    /// <summary>How often Guardrail was asked.</summary>
    public int Asked { get; init; }

    /// <summary>What users got.</summary>
    public required DrillRequests Requests { get; init; }
}

/// <summary>What there was to find in a drill.</summary>
public enum DrillTrouble
{
    /// <summary>Nothing: every rollout was good, and the right thing was to leave them alone.</summary>
    None,

    /// <summary>A bad rollout, or several.</summary>
    Rollout,

    /// <summary>Something that no rollout had brought, and no rollback would cure: to be seen, and somebody to be paged.</summary>
    Elsewhere,
}

/// <summary>A point reached in a drill.</summary>
/// <param name="At">When.</param>
/// <param name="Took">From the moment at which it began to hurt; 0 when it was reached before.</param>
/// <param name="By">Who reached it; <c>Guardrail</c>, or empty when nobody did and it came by itself.</param>
/// <param name="What">What was said or done, or is to be said of it.</param>
public sealed record DrillMilestone(TimeSpan At, TimeSpan Took, string By, string What);

/// <summary>Something that should not have been done.</summary>
/// <param name="At">When.</param>
/// <param name="By">By whom.</param>
/// <param name="What">The command.</param>
/// <param name="Why">Why it was wrong.</param>
public sealed record WrongAction(TimeSpan At, string By, string What, string Why);

/// <summary>A rollout of a drill.</summary>
public sealed record DrilledRollout
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Revision that served before.</summary>
    public required string From { get; init; }

    /// <summary>Revision rolled out.</summary>
    public required string To { get; init; }

    /// <summary>Whether it was well.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>When it began.</summary>
    public required TimeSpan BegunAt { get; init; }

    /// <summary>When it first spoilt a request; null when it never did.</summary>
    public TimeSpan? FirstBadAt { get; init; }

    /// <summary>When it last did.</summary>
    public TimeSpan? LastBadAt { get; init; }

    /// <summary>Who rolled it back first, and when; <c>Guardrail</c> where it was that; null when nobody did.</summary>
    public DrillMilestone? EndedBy { get; init; }

    /// <summary>Requests that it spoilt, at its service and at the callers.</summary>
    public required long BadRequests { get; init; }
}

/// <summary>What users got in a drill, and what they would have got. All over the same time, with the same seed.</summary>
/// <param name="All">Requests sent.</param>
/// <param name="Spoilt">Requests that bad rollouts spoilt.</param>
/// <param name="GuardrailAlone">The same with Guardrail under the scenario's policy, and no people.</param>
/// <param name="Nobody">The same when nobody acts.</param>
public readonly record struct DrillRequests(long All, long Spoilt, long GuardrailAlone, long Nobody);
