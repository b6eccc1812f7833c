using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Detectors;

/// <summary>The other guarded workloads, as a rollout may ask of them.</summary>
internal interface IPeers
{
    /// <summary>The signal of another workload; null when it is not guarded or has no such signal.</summary>
    SignalTrack? TrackOf(ImpactTarget target);

    /// <summary>
    /// A workload whose trouble began no later than <paramref name="began"/>, and which is neither the rollout's own nor one that the policy expects
    /// the rollout to break; null when there is none. Of a <paramref name="target"/> that rollouts may have broken, those whose rollouts may have are
    /// not asked either: how they compare, <see cref="OtherCauseThan"/> tells.
    /// </summary>
    WorkloadId? TroubleBefore(DateTimeOffset began, WorkloadId own, GuardPolicy policy, ImpactTarget? target);

    /// <summary>Whether any other workload's requests are known, now and over the last hour.</summary>
    bool KnowVolumeBeside(WorkloadId own);

    /// <summary>A workload that lost its requests as well, when most others did; null when they did not.</summary>
    WorkloadId? VolumeFellElsewhere(WorkloadId own);

    /// <summary>
    /// The workload whose rollout may as well have broken the target as that of <paramref name="own"/>, the likeliest first; null when that of <paramref
    /// name="own"/> is clearly the likeliest.
    /// </summary>
    WorkloadId? OtherCauseThan(WorkloadId own, ImpactTarget target);
}

/// <summary>A workload that is guarded alone.</summary>
internal sealed class NoPeers : IPeers
{
    public static NoPeers Instance { get; } = new();

    public SignalTrack? TrackOf(ImpactTarget target) => null;

    public WorkloadId? TroubleBefore(DateTimeOffset began, WorkloadId own, GuardPolicy policy, ImpactTarget? target) => null;

    public bool KnowVolumeBeside(WorkloadId own) => false;

    public WorkloadId? VolumeFellElsewhere(WorkloadId own) => null;

    public WorkloadId? OtherCauseThan(WorkloadId own, ImpactTarget target) => null;
}
