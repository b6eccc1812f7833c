using System.Collections.Immutable;

namespace Guardrail.Detection.Replay;

/// <summary>Histogram counts of requests of which only some quantiles were recorded.</summary>
internal static class QuantileCounts
{
    /// <summary>
    /// Requests slower than each edge. Between two recorded quantiles the logarithm of the share of slower requests falls linearly with the
    /// logarithm of the time; beyond them it goes on as it did last.
    /// </summary>
    /// <param name="requests">Requests.</param>
    /// <param name="quantiles">Shares of slower requests, descending, with their times in seconds, above 0 and ascending; two at least, else nothing is slow.</param>
    /// <param name="edges">Edges in seconds.</param>
    public static ImmutableArray<long> Slower(long requests, IReadOnlyList<(double Slower, double Seconds)> quantiles, ImmutableArray<double> edges)
    {
        (double Slower, double Seconds)[] known = [.. quantiles.Where(point => point.Seconds > 0).DistinctBy(point => point.Seconds)];
        return known.Length < 2
            ? [.. edges.Select(_ => 0L)]
            : [.. edges.Select(edge => (long)Math.Round(requests * Share(known, edge)))];
    }

    private static double Share((double Slower, double Seconds)[] known, double edge)
    {
        var i = 1;
        while (i < known.Length - 1 && known[i].Seconds < edge)
        {
            i++;
        }

        var (from, to) = (known[i - 1], known[i]);
        var slope = Math.Log(to.Slower / from.Slower) / Math.Log(to.Seconds / from.Seconds);
        return Math.Min(1, from.Slower * Math.Pow(edge / from.Seconds, slope));
    }
}
