using System.Globalization;
using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Prometheus;

/// <summary>
/// Learns how far apart a metric's scrapes are and finds pods whose last scrape is too old: older than the option and than three intervals.
/// </summary>
internal sealed class ScrapeRhythm(TimeSpan staleAfter)
{
    private const int Intervals = 3;
    private readonly Lock gate = new();
    private Dictionary<PodId, DateTimeOffset> last = [];
    private TimeSpan typical;

    /// <summary>Marks the stale pods of a frame unread.</summary>
    public void FindStale(SampleBatch batch, SampleFrame frame)
    {
        if (frame.EvaluatedAt is not { } now)
        {
            return;
        }

        var limit = Learn(batch, frame);
        foreach (var (pod, at) in frame.ScrapedAt)
        {
            if (now - at > limit)
            {
                frame.Fault(
                    pod,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Its counters are stale since {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z ({(now - at).TotalSeconds:0} s): ") +
                    "see whether its scrape still succeeds.");
            }
        }
    }

    private TimeSpan Learn(SampleBatch batch, SampleFrame frame)
    {
        lock (gate)
        {
            var gaps = new List<TimeSpan>();
            var next = new Dictionary<PodId, DateTimeOffset>(frame.ScrapedAt.Count);
            foreach (var (pod, at) in frame.ScrapedAt)
            {
                var id = batch.Pods[pod];
                next[id] = at;
                if (last.TryGetValue(id, out var before) && at > before)
                {
                    gaps.Add(at - before);
                }
            }

            last = next;
            if (gaps.Count > 0)
            {
                gaps.Sort();
                typical = gaps[gaps.Count / 2];
            }

            var several = typical * Intervals;
            return several > staleAfter ? several : staleAfter;
        }
    }
}
