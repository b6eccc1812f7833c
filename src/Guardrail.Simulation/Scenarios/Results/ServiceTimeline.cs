using System.Collections.Immutable;
using Guardrail.Engine.Detectors;

namespace Guardrail.Simulation.Scenarios;

/// <summary>One service through a run, tick by tick.</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Ticks">Its ticks, in order of time.</param>
public sealed record ServiceTimeline(string Service, ImmutableArray<ServiceTick> Ticks);

/// <summary>One tick of a service: what was really served between two reads, and what Guardrail made of it.</summary>
public sealed record ServiceTick
{
    /// <summary>End of the tick.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Pods of all other revisions than that of <see cref="Canary"/>.</summary>
    public required ArmTick Control { get; init; }

    /// <summary>
    /// Pods of the revision that was rolled out last, from the rollout's beginning on, also when it is over; with no pods when it was taken back. Null
    /// before the first rollout.
    /// </summary>
    public ArmTick? Canary { get; init; }

    /// <summary>Requests that found no pod ready.</summary>
    public long Unserved { get; init; }

    /// <summary>Requests that the faults of the scenario's rollouts spoilt at this service in this tick.</summary>
    public long BadRequests { get; init; }

    /// <summary>Whether the Deployment stands still, held by Guardrail.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Whether no counters of this service could be read.</summary>
    public bool IsBlind { get; init; }

    /// <summary>What Guardrail holds of the rollout under way; null when none is watched.</summary>
    public EvidenceTick? Evidence { get; init; }
}

/// <summary>What the pods of one revision served in one tick.</summary>
/// <param name="Pods">Pods that were ready at its end.</param>
/// <param name="Requests">Requests answered.</param>
/// <param name="Errors">Of them, answered 5xx.</param>
/// <param name="Slower">Of them, slower than each of <see cref="ScenarioRun.LatencyEdges"/>; empty when the service does not measure latency.</param>
public sealed record ArmTick(int Pods, long Requests, long Errors, ImmutableArray<long> Slower);

/// <summary>Evidence against a rollout at one moment. All evidence is the log of an e-value, in nats.</summary>
public sealed record EvidenceTick
{
    /// <summary>Revision that served before.</summary>
    public required string From { get; init; }

    /// <summary>Revision being rolled out.</summary>
    public required string To { get; init; }

    /// <summary>Where the rollout stands: Waiting, Comparing, Held, RollingBack, NeedsPerson, Contested or Ended.</summary>
    public required string Phase { get; init; }

    /// <summary>What is believed: Healthy, Regressed, Undecided or NoEvidence.</summary>
    public required string Verdict { get; init; }

    /// <summary>All signals together.</summary>
    public required double Log { get; init; }

    /// <summary>From where on a rollout is held.</summary>
    public required double HoldAt { get; init; }

    /// <summary>From where on it is rolled back.</summary>
    public required double RollBackAt { get; init; }

    /// <summary>Each signal for itself, in the engine's order.</summary>
    public ImmutableArray<SignalEvidence> Signals { get; init; } = [];
}

/// <summary>Evidence of one signal at one moment.</summary>
/// <param name="Signal">Name of the signal: <c>errors</c>, <c>latency</c>, …</param>
/// <param name="Kind">How it looks at the rollout.</param>
/// <param name="Of">The other service whose signal it is; null for the rollout's own.</param>
/// <param name="Log">Its evidence in nats.</param>
public readonly record struct SignalEvidence(string Signal, DetectorKind Kind, string? Of, double Log);
