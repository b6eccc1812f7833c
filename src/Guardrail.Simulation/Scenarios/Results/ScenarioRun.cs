using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios;

/// <summary>One play of a scenario in virtual time. All times count from its start.</summary>
public sealed record ScenarioRun
{
    /// <summary>Whether Guardrail guarded it.</summary>
    public required bool IsGuarded { get; init; }

    /// <summary>Upper edges in seconds of <see cref="ArmTick.Slower"/>, the same for all services; empty when no service measures latency.</summary>
    public required ImmutableArray<double> LatencyEdges { get; init; }

    /// <summary>One entry per rollout that began, in order of time; one that GitOps writes back counts anew.</summary>
    public required ImmutableArray<PlayedRollout> Rollouts { get; init; }

    /// <summary>Everything that Guardrail decided, in order of time; empty without it.</summary>
    public required ImmutableArray<PlayedDecision> Decisions { get; init; }

    /// <summary>What happened that was not Guardrail's doing: rollouts, events, GitOps; in order of time.</summary>
    public required ImmutableArray<Moment> Moments { get; init; }

    /// <summary>
    /// Tick by tick, one entry per service, in the order of the scenario; empty when no timeline was asked for (as with many runs).
    /// </summary>
    public ImmutableArray<ServiceTimeline> Services { get; init; } = [];

    /// <summary>What people did while it was played, in order of time; empty unless a drill was played.</summary>
    public ImmutableArray<PlayedAct> Acts { get; init; } = [];

    /// <summary>Services at which rollouts spoilt requests, each with the end of the first tick in which that happened.</summary>
    public ImmutableSortedDictionary<string, TimeSpan> HurtAt { get; init; } = ImmutableSortedDictionary<string, TimeSpan>.Empty;

    /// <summary>What users really got, over all services and the whole run.</summary>
    public required Truth Truth { get; init; }
}

/// <summary>What users of a service, or of all, really got: known to the simulation, hidden from Guardrail.</summary>
/// <param name="Requests">Requests sent, those that found no pod included.</param>
/// <param name="Errors">Requests answered 5xx, for whatever reason.</param>
/// <param name="Unserved">Requests that found no pod ready.</param>
/// <param name="BadRequests">
/// Requests that the faults of the scenario's rollouts spoilt: failed, slowed or lost by the new revision itself, or failed at a caller because of it.
/// A request of a user that fails at two services counts at both.
/// </param>
public readonly record struct Truth(long Requests, long Errors, long Unserved, long BadRequests)
{
    /// <summary>Both together.</summary>
    public static Truth operator +(Truth one, Truth other) => new(
        one.Requests + other.Requests, one.Errors + other.Errors, one.Unserved + other.Unserved, one.BadRequests + other.BadRequests);

    /// <summary>Both together.</summary>
    public static Truth Add(Truth left, Truth right) => left + right;
}

/// <summary>A decision of Guardrail.</summary>
/// <param name="At">When.</param>
/// <param name="Service">Of which service.</param>
/// <param name="From">Revision that served before.</param>
/// <param name="To">Revision being rolled out.</param>
/// <param name="Kind">What was decided.</param>
/// <param name="Verdict">What was believed: Healthy, Regressed, Undecided or NoEvidence.</param>
/// <param name="Reason">Why, in counts.</param>
/// <param name="Outcome">What became of its action: <c>applied</c>, or why not; null when the decision asks for no change of the cluster.</param>
public sealed record PlayedDecision(
    TimeSpan At, string Service, string From, string To, DecisionKind Kind, string Verdict, string Reason, string? Outcome);

/// <summary>Something that happened, not by Guardrail.</summary>
/// <param name="At">When.</param>
/// <param name="Service">To which service; null to all.</param>
/// <param name="Words">What, for people: <c>v2 rolled out by an agent</c>.</param>
public sealed record Moment(TimeSpan At, string? Service, string Words)
{
    /// <summary>Whether whoever looks at the cluster sees it, as a rollout; not what is wrong behind it. Default true.</summary>
    [JsonIgnore]
    public bool IsTold { get; init; } = true;
}

/// <summary>What came of one rollout.</summary>
public sealed record PlayedRollout
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Revision that served before.</summary>
    public required string From { get; init; }

    /// <summary>Revision rolled out.</summary>
    public required string To { get; init; }

    /// <summary>Who made the change.</summary>
    public ChangeAuthor By { get; init; }

    /// <summary>Whether the new revision is well by the scenario, so that taking it back would be false.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>When the Deployment was changed.</summary>
    public required TimeSpan BegunAt { get; init; }

    /// <summary>When the first request was spoilt by it; null when none was.</summary>
    public TimeSpan? FirstBadAt { get; init; }

    /// <summary>End of the last tick in which a request was spoilt by it; null when none was.</summary>
    public TimeSpan? LastBadAt { get; init; }

    /// <summary>When Guardrail first held it for another reason than its pacing; null when it did not.</summary>
    public TimeSpan? HeldAt { get; init; }

    /// <summary>Why Guardrail held it, each cause once and in order of time; empty when it did not.</summary>
    public ImmutableArray<HoldCause> HeldFor { get; init; } = [];

    /// <summary>When Guardrail first decided to take it back; null when it did not.</summary>
    public TimeSpan? RolledBackAt { get; init; }

    /// <summary>When Guardrail first said that it would take it back if its autonomy let it; null when it did not.</summary>
    public TimeSpan? AdvisedAt { get; init; }

    /// <summary>When Guardrail first called a person; null when it did not.</summary>
    public TimeSpan? PagedAt { get; init; }

    /// <summary>What was found after it was taken back; null when it was not, or when the run was over first.</summary>
    public CureFinding? Cure { get; init; }

    /// <summary>The strongest thing that Guardrail did.</summary>
    public required ExpectedAction Action { get; init; }

    /// <summary>What was believed at the end, or when it was taken back: Healthy, Regressed, Undecided or NoEvidence; empty without Guardrail.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>Why, in counts.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Requests that it spoilt, at its service and at the callers.</summary>
    public required long BadRequests { get; init; }

    /// <summary>Whether Guardrail said that it would take it back, and did nothing, because its autonomy forbids it.</summary>
    public bool IsOnlyAdvised => AdvisedAt is not null && Action == ExpectedAction.None;

    /// <summary>From the first spoilt request (or else the beginning) to <see cref="Action"/>, or to the advice; null when nothing was done or said.</summary>
    public TimeSpan? Took => (Action switch
    {
        ExpectedAction.RollBack or ExpectedAction.Contested => RolledBackAt,
        ExpectedAction.Page => PagedAt,
        ExpectedAction.Hold => HeldAt,
        _ => AdvisedAt,
    }) - (FirstBadAt ?? BegunAt);
}
