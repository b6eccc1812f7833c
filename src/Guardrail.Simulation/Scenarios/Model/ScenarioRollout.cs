using Guardrail.Engine.Workloads;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios;

/// <summary>A change of a service to another revision.</summary>
public sealed record ScenarioRollout
{
    /// <summary>Name of the service.</summary>
    public required string Service { get; init; }

    /// <summary>When the Deployment is changed.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Revision it goes to; also that of an earlier one, which then comes back.</summary>
    public required string To { get; init; }

    /// <summary>Who made the change. Default: nobody said.</summary>
    public ChangeAuthor By { get; init; }

    /// <summary>What is wrong with the new revision; onsets count from its first pod. Default: nothing.</summary>
    public RevisionBehaviour Behaviour { get; init; } = RevisionBehaviour.Healthy;

    /// <summary>Whether the revision is well.</summary>
    public bool IsHealthy => Behaviour.Faults.IsEmpty;
}
