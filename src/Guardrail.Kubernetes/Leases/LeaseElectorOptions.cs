namespace Guardrail.Kubernetes.Leases;

/// <summary>How a process stands for a lease.</summary>
public sealed record LeaseElectorOptions
{
    /// <summary>The lease.</summary>
    public required LeaseName Lease { get; init; }

    /// <summary>Name of this process among the candidates; no two processes may have the same. See <see cref="LeaseIdentity"/>.</summary>
    public required string Identity { get; init; }

    /// <summary>Clock. What is measured on it are spans only; what time it shows matters to nobody.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>How long it lasts. Default 15 s, 10 s, 2 s.</summary>
    public LeaseTimings Timings { get; init; } = LeaseTimings.Default;

    /// <summary>Seed of the jitter between two looks of a candidate.</summary>
    public int Seed { get; init; }

    /// <summary>Told of what happens; must not block or throw. Default: nobody.</summary>
    public Action<LeaseEvent> Observe { get; init; } = static _ => { };
}
