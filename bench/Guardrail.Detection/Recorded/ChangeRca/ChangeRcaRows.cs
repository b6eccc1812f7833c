using System.Collections.Immutable;

namespace Guardrail.Detection.Recorded.ChangeRca;

/// <summary>One recorded rollout from v1 to v2.</summary>
/// <param name="Case">The recording it is part of; rollouts of one case ran together.</param>
/// <param name="Service">The workload.</param>
/// <param name="Truth">What was wrong, for scoring only; nothing that decides may look at it.</param>
/// <param name="Released">When the release was asked for.</param>
/// <param name="FirstReady">When the first new pod was ready.</param>
/// <param name="Replicas">Pods in all.</param>
/// <param name="Steps">Pods of each revision as the rollout proceeded.</param>
/// <param name="CaseEnd">End of the recording.</param>
public sealed record RecordedRollout(
    string Case,
    string Service,
    RolloutTruth Truth,
    DateTimeOffset Released,
    DateTimeOffset FirstReady,
    int Replicas,
    ImmutableArray<RolloutStep> Steps,
    DateTimeOffset CaseEnd);

/// <summary>What is known of a recorded rollout, for scoring only.</summary>
/// <param name="Bad">Whether it was defective.</param>
/// <param name="Fault">Kind of defect; empty when there was none.</param>
/// <param name="PaperDetected">When the paper's own method found the case; null when it did not say.</param>
public sealed record RolloutTruth(bool Bad, string Fault, DateTimeOffset? PaperDetected);

/// <summary>Pods of each revision from a moment on.</summary>
/// <param name="At">The moment.</param>
/// <param name="Old">Pods of v1.</param>
/// <param name="New">Pods of v2.</param>
public readonly record struct RolloutStep(DateTimeOffset At, int Old, int New)
{
    /// <summary>Share of the pods that are new, 0 when there are none.</summary>
    public double NewShare => Old + New == 0 ? 0 : (double)New / (Old + New);
}

/// <summary>One pod's minute, as seen by one caller.</summary>
/// <param name="Case">The recording.</param>
/// <param name="Service">The workload.</param>
/// <param name="IsCanary">Whether the pod is of v2.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Source">The caller.</param>
/// <param name="At">End of the minute.</param>
/// <param name="SuccessPercent">Calls that succeeded; null when there were none.</param>
/// <param name="LatencyMilliseconds">Latency; null when it could not be told.</param>
public sealed record PodMinute(
    string Case, string Service, bool IsCanary, string Pod, string Source, DateTimeOffset At, double? SuccessPercent, double? LatencyMilliseconds);

/// <summary>One edge's minute: calls of one service to another, all revisions together.</summary>
/// <param name="Case">The recording.</param>
/// <param name="Reporter">Which side measured.</param>
/// <param name="Caller">The calling service.</param>
/// <param name="Callee">The called service.</param>
/// <param name="At">End of the minute.</param>
/// <param name="SuccessPercent">Calls that succeeded; null when there were none.</param>
public sealed record EdgeMinute(string Case, EdgeReporter Reporter, string Caller, string Callee, DateTimeOffset At, double? SuccessPercent);

/// <summary>Which side of a call measured it.</summary>
public enum EdgeReporter
{
    /// <summary>The caller; it also sees calls that never arrive.</summary>
    Source,

    /// <summary>The called service.</summary>
    Destination,
}
