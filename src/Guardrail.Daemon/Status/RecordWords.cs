using Guardrail.Engine.Detectors;
using Guardrail.Kubernetes.Records;
using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>What stands in records, in words: the same on the command line and on the status page.</summary>
public static class RecordWords
{
    /// <summary>How a signal looks at the rollout.</summary>
    public static string Of(RecordedSignal signal) => signal.Kind switch
    {
        DetectorKind.Comparison => "new revision against old, tick by tick",
        DetectorKind.RequestShare => "requests per ready pod",
        DetectorKind.Volume => "requests of the whole workload against the forecast",
        DetectorKind.PodLifecycle => "restarts and lost readiness",
        DetectorKind.AfterRollout => "since the old revision is gone",
        DetectorKind.Impact => $"impact on {signal.Workload}",
        _ => signal.Kind.ToString(),
    };

    /// <summary>Evidence and threshold: <c>8.2 of 6.9</c>, in nats.</summary>
    public static string Numbers(RecordedEvidence evidence) => $"{Words.Nats(evidence.Nats)} of {Words.Nats(evidence.Threshold)}";

    /// <summary>
    /// The signal to show of a rollout where there is room for one: the strongest comparison of both revisions if it says anything, else the policy's
    /// first; null when nothing was compared.
    /// </summary>
    public static RecordedSignal? Headline(GuardedRolloutStatus? status)
    {
        var compared = (status?.Signals ?? []).Where(s => s is { Kind: DetectorKind.Comparison, Ticks: > 0 }).ToList();
        return compared.MaxBy(s => s.Nats) is { Nats: > 1 } strongest ? strongest : compared.FirstOrDefault();
    }
}
