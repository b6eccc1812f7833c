using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Policies;

/// <summary>The status of a GuardrailPolicy.</summary>
public sealed record PolicyStatus
{
    /// <summary>Generation of the spec that this status is about.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>The most that Guardrail may do, whatever the policy asks for; null in a status of an older version.</summary>
    public Autonomy? AutonomyCeiling { get; init; }

    /// <summary>Workloads that the policy guards now.</summary>
    public int Guarded { get; init; }

    /// <summary>Workloads among them that could be rolled back now.</summary>
    public int RollbackReady { get; init; }

    /// <summary>The guarded workloads that could not be rolled back now, and why; at most 64.</summary>
    public ImmutableArray<UnreadyWorkload> Workloads { get; init; } = [];

    /// <summary>Conditions, one of each type.</summary>
    public ImmutableArray<RecordCondition> Conditions { get; init; } = [];

    /// <summary>The status that a policy had when it was read; an empty one where there was none, or none that can be read.</summary>
    public static PolicyStatus Of(PolicyResource policy)
    {
        try
        {
            return policy.Status is null ? new() : JsonSerializer.Deserialize<PolicyStatus>(policy.Status, RecordJson.Options) ?? new();
        }
        catch (JsonException)
        {
            return new();
        }
    }
}

/// <summary>A guarded workload that could not be rolled back now.</summary>
/// <param name="Name">The workload.</param>
/// <param name="Reason">Why, in one word.</param>
/// <param name="Message">Why, and what helps.</param>
public sealed record UnreadyWorkload(string Name, string Reason, string Message);
