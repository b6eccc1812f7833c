namespace Guardrail.Engine.Decisions;

/// <summary>What was done beside the workload before it is touched: configuration that was restored, or kept.</summary>
/// <param name="Note">What was done, and what could not be, in one sentence for people; null when there is nothing to tell.</param>
/// <param name="IsWhole">Whether everything that was asked for was done. The action goes on nevertheless.</param>
public sealed record Preparation(string? Note, bool IsWhole = true)
{
    /// <summary>There was nothing to do.</summary>
    public static Preparation Nothing { get; } = new(Note: null);
}
