using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Policies;

/// <summary>
/// Shares of the false-rollback budget for what is watched beside the policy's signals, in the same unit as <see cref="SignalDefinition.Weight"/>:
/// what can be watched when a rollout begins is renormalised to 1. 0 turns one off. Source: detection.md section 2.
/// </summary>
public sealed record WatchWeights
{
    /// <summary>Only the policy's signals, while both revisions serve.</summary>
    public static WatchWeights None { get; } = new() { RequestShare = 0, Volume = 0, PodLifecycle = 0, AfterRollout = 0, Impact = 0 };

    /// <summary>Requests per ready pod of the new revision against the old one (D3). Default 0.15.</summary>
    public double RequestShare { get; init; } = 0.15;

    /// <summary>Requests of the whole workload against their forecast (D4). Default 0.10.</summary>
    public double Volume { get; init; } = 0.10;

    /// <summary>Restarts and lost readiness per pod (D5). Default 0.10.</summary>
    public double PodLifecycle { get; init; } = 0.10;

    /// <summary>Errors and latency after the old revision is gone (D6), all signals together. Default 0.05.</summary>
    public double AfterRollout { get; init; } = 0.05;

    /// <summary>Errors and latency of the workloads in <see cref="GuardPolicy.Impact"/>, all together. Default 0.10.</summary>
    public double Impact { get; init; } = 0.10;
}

/// <summary>A signal of another guarded workload.</summary>
/// <param name="Workload">The workload; it must be guarded itself, else nothing is known of it.</param>
/// <param name="Signal">One of its policy's signals.</param>
public readonly record struct ImpactTarget(WorkloadId Workload, SignalId Signal)
{
    /// <summary>For people: <c>shop/frontend errors</c>.</summary>
    public override string ToString() => $"{Workload} {Signal}";
}
