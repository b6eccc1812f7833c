using System.Collections.Immutable;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Policies;

/// <summary>The status of a GuardrailPolicy.</summary>
public sealed record PolicyStatus
{
    /// <summary>Generation of the spec that this status is about.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>Workloads that the policy guards now.</summary>
    public int Guarded { get; init; }

    /// <summary>Workloads among them that could be rolled back now.</summary>
    public int RollbackReady { get; init; }

    /// <summary>The guarded workloads that could not be rolled back now, and why; at most 64.</summary>
    public ImmutableArray<UnreadyWorkload> Workloads { get; init; } = [];

    /// <summary>Conditions, one of each type.</summary>
    public ImmutableArray<RecordCondition> Conditions { get; init; } = [];
}

/// <summary>A guarded workload that could not be rolled back now.</summary>
/// <param name="Name">The workload.</param>
/// <param name="Reason">Why, in one word.</param>
/// <param name="Message">Why, and what helps.</param>
public sealed record UnreadyWorkload(string Name, string Reason, string Message);
