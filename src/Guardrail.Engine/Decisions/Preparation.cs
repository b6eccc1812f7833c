namespace Guardrail.Engine.Decisions;

/// <summary>What was done beside the workload before it is touched: configuration that was restored, or kept.</summary>
/// <param name="Note">What was done, and what could not be, in one sentence for people; null when there is nothing to tell.</param>
/// <param name="IsWhole">Whether everything that was asked for was done. The action goes on nevertheless.</param>
public sealed record Preparation(string? Note, bool IsWhole = true)
{
    /// <summary>How many ConfigMaps and Secrets were restored by it.</summary>
    public int Restored { get; init; }

    /// <summary>How many have changed and were not restored; 0 when not all were looked at.</summary>
    public int Left { get; init; }

    /// <summary>There was nothing to do.</summary>
    public static Preparation Nothing { get; } = new(Note: null);
}
