namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>What Kayenta does to a metric's values before it compares them, and its measures of an effect's size.</summary>
public static class MetricValues
{
    private const double BlurScale = 1e-5;

    /// <summary>Removes or replaces NaN, then removes outliers if asked to.</summary>
    /// <param name="values">The values.</param>
    /// <param name="metric">The metric's settings.</param>
    public static double[] Prepare(ReadOnlySpan<double> values, KayentaMetric metric)
    {
        var kept = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                kept.Add(value);
            }
            else if (metric.ReplaceNaN)
            {
                kept.Add(0);
            }
        }

        if (!metric.RemoveOutliers || kept.Count == 0)
        {
            return [.. kept];
        }

        double[] sorted = [.. kept.Order()];
        var (p25, p75) = (Percentile(sorted, 25), Percentile(sorted, 75));
        var reach = metric.OutlierFactor * (p75 - p25);
        var low = Math.Min(Percentile(sorted, 1), p25 - reach);
        var high = Math.Max(Percentile(sorted, 99), p75 + reach);
        return [.. kept.Where(value => value >= low && value <= high)];
    }

    /// <summary>Ratio of the means, experiment over control; NaN when either mean is 0.</summary>
    public static double MeanRatio(ReadOnlySpan<double> control, ReadOnlySpan<double> experiment)
    {
        var (below, above) = (Mean(control), Mean(experiment));
        return below == 0 || above == 0 ? double.NaN : above / below;
    }

    /// <summary>Share of pairs in which the experiment's value is higher, ties counting half (Vargha and Delaney 2000).</summary>
    public static double CommonLanguage(ReadOnlySpan<double> control, ReadOnlySpan<double> experiment)
    {
        double wins = 0;
        foreach (var x in experiment)
        {
            foreach (var y in control)
            {
                wins += x > y ? 1 : x == y ? 0.5 : 0;
            }
        }

        return wins / ((double)control.Length * experiment.Length);
    }

    /// <summary>
    /// Spreads constant values by a hundred-thousandth of their size. Kayenta draws Gaussian noise; normal scores have the same
    /// effect on ranks between two different constants and need no generator.
    /// </summary>
    /// <param name="values">Values, all equal; ascending afterwards.</param>
    public static void Blur(Span<double> values)
    {
        var scale = Math.Abs(values[0]) * BlurScale;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += scale * StandardNormal.Quantile((i + 0.5) / values.Length);
        }
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static double Percentile(double[] sorted, double percent)
    {
        var position = (sorted.Length - 1) * percent / 100;
        var below = (int)position;
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]));
    }
}
