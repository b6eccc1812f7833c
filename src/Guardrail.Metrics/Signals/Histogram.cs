using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Observations;

namespace Guardrail.Metrics.Signals;

/// <summary>The cumulative buckets of one pod and stratum.</summary>
internal sealed class Histogram
{
    private readonly List<(double Edge, long Count)> buckets = [];
    private long total;

    /// <summary>Finite upper edges, ascending; meaningful once closed.</summary>
    public double[] Edges { get; private set; } = [];

    /// <summary>Adds a bucket; equal edges (of the pod's several containers, or written "1" and "1.0") add up.</summary>
    public void Add(double edge, long count)
    {
        for (var i = 0; i < buckets.Count; i++)
        {
            if (buckets[i].Edge.Equals(edge))
            {
                buckets[i] = (edge, Math.Min(buckets[i].Count + count, CounterValue.Largest + 1));
                return;
            }
        }

        buckets.Add((edge, count));
    }

    /// <summary>Sorts the buckets and checks that they can be a histogram.</summary>
    public bool TryClose(string metric, out string problem)
    {
        buckets.Sort(static (a, b) => a.Edge.CompareTo(b.Edge));
        problem = string.Empty;
        if (!double.IsPositiveInfinity(buckets[^1].Edge))
        {
            problem = $"{metric} has no bucket le=\"+Inf\", so the number of requests is unknown.";
            return false;
        }

        for (var i = 1; i < buckets.Count; i++)
        {
            if (buckets[i].Count < buckets[i - 1].Count)
            {
                var (lower, upper) = (buckets[i - 1], buckets[i]);
                problem = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{metric} is no cumulative histogram: le={lower.Edge} holds {lower.Count}, le={upper.Edge} only {upper.Count}.");
                return false;
            }
        }

        total = buckets[^1].Count;
        if (total > CounterValue.Largest)
        {
            problem = $"The sum of {metric} is above 2^53, where single requests can no longer be told apart.";
            return false;
        }

        Edges = [.. buckets.Take(buckets.Count - 1).Select(static bucket => bucket.Edge)];
        return true;
    }

    /// <summary>The requests slower than each of the edges, all of which the histogram has.</summary>
    public CounterSeries ToSeries(string stratum, ImmutableArray<double> edges)
    {
        var slower = ImmutableArray.CreateBuilder<long>(edges.Length);
        var next = 0;
        foreach (var edge in edges)
        {
            while (!buckets[next].Edge.Equals(edge))
            {
                next++;
            }

            slower.Add(total - buckets[next].Count);
        }

        return new CounterSeries(stratum, total, slower.MoveToImmutable());
    }
}
