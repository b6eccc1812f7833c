using System.Collections.Immutable;
using Guardrail.Engine.Observations;

namespace Guardrail.Metrics.Signals;

/// <summary>Why pods of one signal at one moment cannot be read; the first reason of a pod stays.</summary>
internal sealed class PodFaults(SampleBatch batch, SampleFrame frame)
{
    private readonly Dictionary<int, string> reasons = new(frame.Faults);

    public void Add(int pod, string reason) => reasons.TryAdd(pod, reason);

    public bool Has(int pod) => reasons.ContainsKey(pod);

    /// <summary>When the pod was scraped; a pod without a time is faulted.</summary>
    public bool TryGetTime(int pod, out DateTimeOffset at)
    {
        if (!frame.ScrapedAt.TryGetValue(pod, out at))
        {
            Add(pod, "No scrape time came with its counters.");
        }

        return !Has(pod);
    }

    /// <summary>The faulted pods and those of which nothing came, in the order of their names.</summary>
    public ImmutableArray<UnreadPod> ToUnread(ImmutableArray<UnreadPod> absent) =>
    [
        .. reasons.Select(fault => new UnreadPod(batch.Pods[fault.Key], fault.Value)).Concat(absent.Where(unread => !IsKnown(unread)))
            .OrderBy(unread => unread.Pod, PodOrder.ByName),
    ];

    private bool IsKnown(UnreadPod unread) => batch.TryGetPod(unread.Pod, out var pod) && Has(pod);
}
