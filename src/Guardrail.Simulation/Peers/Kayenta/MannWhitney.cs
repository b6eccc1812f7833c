namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>
/// Kayenta's Mann-Whitney U test: the confidence interval of a location shift and its Hodges-Lehmann estimate, by the normal
/// approximation with tie and continuity correction, each found as the root of a step function.
/// </summary>
public static class MannWhitney
{
    /// <summary>The test.</summary>
    /// <param name="experiment">The canary's values, at least one.</param>
    /// <param name="control">The baseline's values, at least one.</param>
    /// <param name="confidence">Confidence of the interval, between 0 and 1.</param>
    /// <returns>The interval and the estimate, or null when every observation is tied at a point that must be computed (Kayenta throws).</returns>
    public static ShiftEstimate? Test(ReadOnlySpan<double> experiment, ReadOnlySpan<double> control, double confidence)
    {
        var x = experiment.ToArray();
        var y = control.ToArray();
        Array.Sort(x);
        Array.Sort(y);
        var (low, high) = (x[0] - y[^1], x[^1] - y[0]);
        var quantile = StandardNormal.Quantile((1 - confidence) / 2);
        var (atLow, atHigh) = (Statistic(x, y, low), Statistic(x, y, high));
        if (double.IsNaN(atLow) || double.IsNaN(atHigh))
        {
            return null;
        }

        var lower = Root(-quantile);
        var upper = Root(quantile);
        var estimate = BrentRoot.Find(shift => Statistic(x, y, shift), low, high, atLow, atHigh);
        return double.IsNaN(lower + upper + estimate) ? null : new(lower, upper, estimate);

        double Root(double level)
        {
            var (first, last) = (atLow - level, atHigh - level);
            return first <= 0 ? low : last >= 0 ? high : BrentRoot.Find(shift => Statistic(x, y, shift) - level, low, high, first, last);
        }
    }

    /// <summary>The standardised statistic of experiment − <paramref name="shift"/> against control; NaN when all observations are tied.</summary>
    /// <param name="x">The experiment's values, ascending.</param>
    /// <param name="y">The control's values, ascending.</param>
    /// <param name="shift">The location shift supposed.</param>
    public static double Statistic(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double shift)
    {
        double rankSum = 0;
        double ties = 0;
        var (i, j) = (0, 0);
        while (i < x.Length || j < y.Length)
        {
            var value = i == x.Length ? y[j] : j == y.Length ? x[i] - shift : Math.Min(x[i] - shift, y[j]);
            var (firstX, firstY) = (i, j);
            while (i < x.Length && x[i] - shift == value)
            {
                i++;
            }

            while (j < y.Length && y[j] == value)
            {
                j++;
            }

            double tied = i - firstX + j - firstY;
            rankSum += (i - firstX) * (firstX + firstY + ((tied + 1) / 2));
            ties += (tied * tied * tied) - tied;
        }

        var (n, m) = ((double)x.Length, (double)y.Length);
        var z = rankSum - (n * (n + 1) / 2) - (n * m / 2);
        var sigma = Math.Sqrt(n * m / 12 * (n + m + 1 - (ties / ((n + m) * (n + m - 1)))));
        return sigma == 0 ? double.NaN : (z - (Math.Sign(z) * 0.5)) / sigma;
    }
}

/// <summary>A location shift and its confidence interval.</summary>
/// <param name="Lower">Lower end.</param>
/// <param name="Upper">Upper end.</param>
/// <param name="Estimate">Hodges-Lehmann estimate.</param>
public sealed record ShiftEstimate(double Lower, double Upper, double Estimate);
