using System.Collections.Immutable;

namespace Guardrail.Metrics.Signals;

/// <summary>
/// The histogram edges that a report uses: those that all pods have. So that one workload with odd buckets does not take the edges away
/// from
/// all others, layouts are met in the order of how many pods have them, and one that would leave less than half of the commonest layout's
/// edges is left out; when that leaves out half of the pods or more, there is no choice.
/// </summary>
internal sealed class EdgeChoice
{
    private EdgeChoice(ImmutableArray<double> edges) => Edges = edges;

    public ImmutableArray<double> Edges { get; }

    public static EdgeChoice Of(IReadOnlyList<double[]> layouts)
    {
        var groups = layouts
            .GroupBy(static layout => layout, LayoutComparer.Instance)
            .Select(static group => (Layout: group.Key, Pods: group.Count()))
            .OrderByDescending(static group => group.Pods)
            .ThenBy(static group => group.Layout, LayoutComparer.Instance)
            .ToArray();
        if (groups.Length == 0)
        {
            return new EdgeChoice([]);
        }

        var edges = groups[0].Layout;
        var pods = groups[0].Pods;
        foreach (var group in groups.Skip(1))
        {
            var common = Common([edges, group.Layout]);
            if (common.Length * 2 >= groups[0].Layout.Length && common.Length > 0)
            {
                edges = common;
                pods += group.Pods;
            }
        }

        return new EdgeChoice(pods * 2 > layouts.Count ? [.. edges] : []);
    }

    /// <summary>Edges in all of the layouts, ascending.</summary>
    public static double[] Common(IEnumerable<double[]> layouts)
    {
        double[]? common = null;
        foreach (var layout in layouts)
        {
            common = common is null || LayoutComparer.Instance.Equals(common, layout) ? layout : [.. common.Intersect(layout)];
        }

        return common ?? [];
    }

    /// <summary>Whether a pod with this layout has every chosen edge.</summary>
    public bool Fits(double[] layout)
    {
        foreach (var edge in Edges)
        {
            if (Array.BinarySearch(layout, edge) < 0)
            {
                return false;
            }
        }

        return true;
    }

    private sealed class LayoutComparer : IEqualityComparer<double[]>, IComparer<double[]>
    {
        public static LayoutComparer Instance { get; } = new();

        public bool Equals(double[]? x, double[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(double[] obj)
        {
            var hash = default(HashCode);
            foreach (var edge in obj)
            {
                hash.Add(edge);
            }

            return hash.ToHashCode();
        }

        public int Compare(double[]? x, double[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
