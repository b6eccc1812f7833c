using System.Collections.Immutable;
using Guardrail.Engine.Rollouts;

namespace Guardrail.Simulation.Scenarios;

/// <summary>What Guardrail should make of a scenario. What is not named is not checked.</summary>
public sealed record ScenarioExpectations
{
    /// <summary>Of rollouts.</summary>
    public ImmutableArray<RolloutExpectation> Rollouts { get; init; } = [];

    /// <summary>Services whose Deployment Guardrail never writes to: no hold, no rollback. Names of groups stand for all copies.</summary>
    public ImmutableArray<string> Untouched { get; init; } = [];

    /// <summary>Requests spoilt by the faults of the scenario's rollouts, over all services and callers, at most. Null: any number.</summary>
    public long? BadRequests { get; init; }
}

/// <summary>What Guardrail should make of one rollout; of all copies alike when <see cref="Service"/> names a group.</summary>
public sealed record RolloutExpectation
{
    /// <summary>The service or group.</summary>
    public required string Service { get; init; }

    /// <summary>Which of the service's rollouts, from 1; null: each of them.</summary>
    public int? Number { get; init; }

    /// <summary>What is believed at the end: Healthy, Regressed, Undecided or NoEvidence. Null: anything.</summary>
    public string? Verdict { get; init; }

    /// <summary>The strongest thing that Guardrail did is one of these. Empty: anything.</summary>
    public ImmutableArray<ExpectedAction> Actions { get; init; } = [];

    /// <summary>
    /// How long that took at most, from the first request that the rollout's own faults spoilt, or from the rollout's beginning when none was.
    /// Null: any time.
    /// </summary>
    public TimeSpan? Within { get; init; }

    /// <summary>It is held for this cause at some time. Null: it may be held for any, or not at all.</summary>
    public HoldCause? Held { get; init; }

    /// <summary>What is found after it was taken back. Null: anything.</summary>
    public CureFinding? Cure { get; init; }

    /// <summary>Requests spoilt by the faults of this rollout, at its service and its callers, at most. Null: any number.</summary>
    public long? BadRequests { get; init; }
}

/// <summary>What Guardrail did about a rollout, from the least to the most.</summary>
public enum ExpectedAction
{
    /// <summary>Nothing but what its pacing asks for: the rollout went on.</summary>
    None,

    /// <summary>Held it on suspicion or because agents are frozen.</summary>
    Hold,

    /// <summary>Called a person, and took nothing back.</summary>
    Page,

    /// <summary>Took it back (or, under a policy that may not, decided to).</summary>
    RollBack,

    /// <summary>Took it back, and then gave way to whoever keeps writing it back, and called a person.</summary>
    Contested,
}

/// <summary>Whether a rollback brought back what it was made for, as far as Guardrail could tell.</summary>
public enum CureFinding
{
    /// <summary>Errors and latency are what they were before the rollout.</summary>
    Cured,

    /// <summary>They are not: the change was not the cause, or not the only one. A person was called.</summary>
    NotCured,

    /// <summary>There was too little data to tell, or the service changed again first.</summary>
    CureUnknown,
}
