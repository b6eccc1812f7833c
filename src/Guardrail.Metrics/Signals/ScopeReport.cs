using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Observing;

namespace Guardrail.Metrics.Signals;

/// <summary>What both sources do with the reports of their signals.</summary>
internal static class ScopeReport
{
    /// <summary>A report in which every pod is unread tells nothing: it becomes NoEvidence with the commonest reason.</summary>
    public static SignalReport WithoutBlindness(SignalReport report) => report switch
    {
        SignalReport.Counters { Pods.IsEmpty: true, Unread.IsEmpty: false } blind => new SignalReport.NoEvidence(
            blind.Signal,
            CountOf(blind.Unread.Select(static unread => unread.Reason).ToArray())),
        _ => report,
    };

    /// <summary>Such as "11 of 12 pods: connection refused".</summary>
    public static string CountOf(IReadOnlyCollection<string> reasons)
    {
        var commonest = ReasonText.Commonest(reasons);
        return $"{reasons.Count(reason => reason == commonest)} of {Quantity.Of(reasons.Count, "pods")}: {commonest}";
    }

    /// <summary>Tells the observer of the pods that could not be read.</summary>
    public static void Tell(IMetricSourceObserver observer, SignalReport report)
    {
        if (report is SignalReport.Counters { Unread: { IsEmpty: false } unread })
        {
            observer.Observe(new MetricSourceEvent.PodsUnread(
                report.Signal, unread.Length, ReasonText.Commonest(unread.Select(static u => u.Reason))));
        }
    }

    /// <summary>Pods in scope of which a batch holds nothing, though they existed at the moment.</summary>
    public static IEnumerable<UnreadPod> Absent(
        IEnumerable<PodView> pods, SampleBatch batch, SampleFrame frame, DateTimeOffset at, string reason)
    {
        foreach (var pod in pods)
        {
            if (pod.CreatedAt <= at
                && !(batch.TryGetPod(pod.Id, out var index) && (frame.ScrapedAt.ContainsKey(index) || frame.Faults.ContainsKey(index))))
            {
                yield return new UnreadPod(pod.Id, reason);
            }
        }
    }
}
