using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>One revision of a Deployment, as its ReplicaSet keeps it.</summary>
internal sealed class VirtualRevision(string name, RevisionBehaviour behaviour)
{
    public string Name { get; } = name;

    public RevisionBehaviour Behaviour { get; } = behaviour;

    /// <summary>Number of the revision; a template that comes back gets a new, higher one.</summary>
    public long Number { get; set; }

    /// <summary>Pods that the Deployment's controller wants of it.</summary>
    public int Desired { get; set; }

    /// <summary>Pods of it that are ready.</summary>
    public int Ready { get; set; }

    public bool KnownGood { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Since the start: when its first pod was made, from which its faults count.</summary>
    public TimeSpan Origin { get; set; }

    public int NextOrdinal { get; set; }

    /// <summary>Number of the rollout that its pods' bad requests are laid to; below 0 for none.</summary>
    public int Rollout { get; set; } = -1;
}
