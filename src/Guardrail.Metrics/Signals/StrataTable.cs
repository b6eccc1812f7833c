using System.Diagnostics.CodeAnalysis;
using Guardrail.Engine.Workloads;

namespace Guardrail.Metrics.Signals;

/// <summary>One accumulator per pod and stratum.</summary>
internal sealed class StrataTable<T>(SampleBatch batch)
    where T : class, new()
{
    private readonly Dictionary<(int Pod, string Stratum), T> entries = [];

    public T this[int pod, string stratum]
    {
        get
        {
            if (!entries.TryGetValue((pod, stratum), out var entry))
            {
                entries[(pod, stratum)] = entry = new T();
            }

            return entry;
        }
    }

    /// <summary>The accumulators pod by pod in the order of the pods' names, and within a pod in that of its strata.</summary>
    [SuppressMessage("Performance", "CA1859", Justification = "Lazily grouped.")]
    public IEnumerable<PodStrata> ByPod()
    {
        var sorted = entries.Select(e => new Entry(batch.Pods[e.Key.Pod], e.Key.Pod, e.Key.Stratum, e.Value)).ToArray();
        Array.Sort(sorted, static (a, b) =>
            PodOrder.ByName.Compare(a.Id, b.Id) is not 0 and var order ? order : string.CompareOrdinal(a.Stratum, b.Stratum));
        for (var first = 0; first < sorted.Length;)
        {
            var next = first;
            while (next < sorted.Length && sorted[next].Pod == sorted[first].Pod)
            {
                next++;
            }

            yield return new PodStrata(sorted[first].Pod, sorted[first].Id, new ArraySegment<Entry>(sorted, first, next - first));
            first = next;
        }
    }

    internal readonly record struct Entry(PodId Id, int Pod, string Stratum, T Value);

    internal readonly record struct PodStrata(int Pod, PodId Id, ArraySegment<Entry> Strata);
}
