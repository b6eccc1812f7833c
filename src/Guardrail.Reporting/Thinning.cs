using System.Collections.Immutable;

namespace Guardrail.Reporting;

/// <summary>Makes long lines short enough for a page without losing their extremes.</summary>
public static class Thinning
{
    /// <summary>
    /// At most so many of the points: those of a line that is cut into stretches of equal numbers of points, of each the first, the lowest, the highest and
    /// the last; all when there are no more.
    /// </summary>
    /// <param name="points">The points, in the order in which a line joins them.</param>
    /// <param name="most">How many at most, 4 or more.</param>
    public static ImmutableArray<PlotPoint> Keep(IReadOnlyList<PlotPoint> points, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 4);
        if (points.Count <= most)
        {
            return [.. points];
        }

        var stretches = most / 4;
        var kept = ImmutableArray.CreateBuilder<PlotPoint>(most);
        for (var i = 0; i < stretches; i++)
        {
            var (from, to) = ((int)((long)points.Count * i / stretches), (int)((long)points.Count * (i + 1) / stretches));
            var stretch = Enumerable.Range(from, to - from).Where(at => double.IsFinite(points[at].Y)).ToList();
            if (stretch.Count > 0)
            {
                int[] telling = [stretch[0], stretch.MinBy(at => points[at].Y), stretch.MaxBy(at => points[at].Y), stretch[^1]];
                kept.AddRange(telling.Distinct().Order().Select(at => points[at]));
            }
        }

        return kept.ToImmutable();
    }

    /// <summary>At most so many of all things, evenly spread, the first and the last among them.</summary>
    /// <param name="all">The things.</param>
    /// <param name="most">How many at most, 2 or more.</param>
    public static IReadOnlyList<T> Even<T>(IReadOnlyList<T> all, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        return all.Count <= most ? all : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * (all.Count - 1) / (most - 1))])];
    }
}
