using System.Collections.Immutable;

namespace Guardrail.Kubernetes.Records;

/// <summary>A condition as Kubernetes writes them (metav1.Condition).</summary>
public sealed record RecordCondition
{
    /// <summary>What it is about; one of <see cref="RolloutConditions"/>.</summary>
    public required string Type { get; init; }

    /// <summary>True, False or Unknown.</summary>
    public required string Status { get; init; }

    /// <summary>Why, in one CamelCase word.</summary>
    public required string Reason { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public string Message { get; init; } = string.Empty;

    /// <summary>Since when the status is so.</summary>
    public required DateTimeOffset LastTransitionTime { get; init; }

    /// <summary>Generation of the spec that it is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Makes a condition.</summary>
    public static RecordCondition Make(string type, bool status, string reason, string message, DateTimeOffset now, long? generation = null) => new()
    {
        Type = type,
        Status = status ? "True" : "False",
        Reason = reason,
        Message = RecordLimits.Cut(message),
        LastTransitionTime = now,
        ObservedGeneration = generation,
    };

    /// <summary>The conditions with one of them set; the time of transition stays unless the status changes.</summary>
    public static ImmutableArray<RecordCondition> Set(ImmutableArray<RecordCondition> all, RecordCondition condition)
    {
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].Type == condition.Type)
            {
                return all.SetItem(
                    i, all[i].Status == condition.Status ? condition with { LastTransitionTime = all[i].LastTransitionTime } : condition);
            }
        }

        return all.Add(condition);
    }
}

/// <summary>Types of conditions that Guardrail writes.</summary>
public static class RolloutConditions
{
    /// <summary>Rollout: it is being watched with data, or is over. Policy: it is valid and in force.</summary>
    public const string Ready = nameof(Ready);

    /// <summary>Policy: it asks for more than Guardrail may do, and guards with less.</summary>
    public const string Limited = nameof(Limited);

    /// <summary>A rollback could be carried out now; else the reason says what stands in the way.</summary>
    public const string RollbackReady = nameof(RollbackReady);

    /// <summary>There has been no evidence for longer than the policy's blind budget.</summary>
    public const string Blind = nameof(Blind);

    /// <summary>The rollout stands still; the reason says whether Guardrail (<c>ByGuardrail</c>) or somebody else (<c>ByOther</c>) stopped it.</summary>
    public const string Paused = nameof(Paused);

    /// <summary>Another controller keeps writing the bad revision back.</summary>
    public const string Contested = nameof(Contested);

    /// <summary>The new revision was rolled back and has not been released.</summary>
    public const string Quarantined = nameof(Quarantined);
}
