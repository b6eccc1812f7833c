using Guardrail.Engine.Evidence;
using Guardrail.Engine.Workloads;
using Guardrail.Statistics;

namespace Guardrail.Engine.Detectors;

/// <summary>One finished tick, as detectors see it: of a signal, of the rollout's own workload or of another; or of the pods themselves.</summary>
/// <param name="At">When it ended, on the observer's clock.</param>
/// <param name="Workload">The workload.</param>
/// <param name="IsOwn">Whether that is the rollout's own.</param>
/// <param name="Track">The signal with the tick's counts; null for a tick of the pods.</param>
/// <param name="Arms">Which arm the workload's pods belong to.</param>
/// <param name="Pods">For a tick of the pods: pod-milliseconds and restarts or losses of readiness of both arms.</param>
/// <param name="PodsAffected">For a tick of the pods: pods of the new revision with such an event since the rollout began.</param>
internal readonly record struct SignalTick(
    DateTimeOffset At, WorkloadId Workload, bool IsOwn, SignalTrack? Track, IPodArms Arms, TwoArmTally Pods = default, int PodsAffected = 0);
