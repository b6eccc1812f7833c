namespace Guardrail.Simulation.Peers;

/// <summary>Prometheus' <c>histogram_quantile</c> over a classic histogram.</summary>
public static class HistogramQuantile
{
    /// <summary>
    /// The quantile, interpolated linearly inside its bucket; the highest finite edge when it lies beyond; NaN without observations.
    /// </summary>
    /// <param name="quantile">Between 0 and 1.</param>
    /// <param name="edges">Upper edges in seconds, ascending, without +Inf.</param>
    /// <param name="total">Observations.</param>
    /// <param name="slower">Observations above each edge.</param>
    public static double Of(double quantile, ReadOnlySpan<double> edges, long total, ReadOnlySpan<long> slower)
    {
        if (total <= 0 || edges.IsEmpty || slower.Length != edges.Length)
        {
            return double.NaN;
        }

        var rank = quantile * total;
        long below = 0;
        for (var i = 0; i < edges.Length; i++)
        {
            var upTo = total - slower[i];
            if (upTo >= rank)
            {
                var lower = i == 0 ? 0 : edges[i - 1];
                var inside = upTo - below;
                return inside == 0 ? edges[i] : lower + ((edges[i] - lower) * (rank - below) / inside);
            }

            below = upTo;
        }

        return edges[^1];
    }
}
