namespace Guardrail.Statistics;

/// <summary>
/// Whether two arms differ in one quantile, valid at any time (Howard and Ramdas; detection.md 1.4): exp(-min_x [G_A(x) + G_B(x)]), where
/// G_k(x) is the log beta-binomial mixture at s = (F_k(x) - p) n_k, v = p(1-p) n_k. For reporting.
/// </summary>
public static class QuantileComparison
{
    /// <summary>The anytime-valid p-value that the arms have the same p-quantile.</summary>
    /// <param name="control">
    /// Cumulative counts of the control at ascending support points (histogram edges, or all distinct values): how many observations are at
    /// most each; the last one is the number of observations, 1 or more.
    /// </param>
    /// <param name="canary">The same for the canary, at the same support points.</param>
    /// <param name="quantile">The quantile (p), strictly between 0 and 1.</param>
    /// <param name="optimalSize">Sample size per arm at which the test is sharpest, above 0.</param>
    public static double PValue(ReadOnlySpan<long> control, ReadOnlySpan<long> canary, double quantile, double optimalSize)
    {
        Check.Probability(quantile, nameof(quantile));
        Check.Length(canary.Length, control.Length, nameof(canary));
        var mixture = new BetaBinomialMixture(
            optimalSize * quantile * (1 - quantile), BetaBinomialMixture.UsualAlpha, quantile, 1 - quantile, oneSided: false);
        var (a, b) = (new Arm(mixture, quantile, control), new Arm(mixture, quantile, canary));
        var (least, controlBelow, canaryBelow) = (double.PositiveInfinity, 0L, 0L);
        for (var point = 0; point < control.Length; point++)
        {
            least = Math.Min(least, a.LogEvidence(controlBelow, control[point]) + b.LogEvidence(canaryBelow, canary[point]));
            (controlBelow, canaryBelow) = (control[point], canary[point]);
        }

        return Math.Min(1, Math.Exp(-least));
    }

    private sealed class Arm
    {
        private readonly BetaBinomialMixture mixture;
        private readonly double quantile;
        private readonly double size;
        private readonly double leastAt;

        public Arm(BetaBinomialMixture mixture, double quantile, ReadOnlySpan<long> cumulative)
        {
            var previous = 0L;
            foreach (var count in cumulative)
            {
                previous = count >= previous ? count : throw new ArgumentException("Cumulative counts may not fall.", nameof(cumulative));
            }

            (this.mixture, this.quantile, size) = (mixture, quantile, Check.Within(previous, 1, (double)long.MaxValue, nameof(cumulative)));
            leastAt = Bisection.Minimum(0, 1, Of);
        }

        // A quantile at a support point may cut the observations there in any proportion; between points the proportion is that of an end.
        public double LogEvidence(long below, long upTo) => Of(Math.Clamp(leastAt, below / size, upTo / size));

        private double Of(double share) => mixture.LogEvidence((share - quantile) * size, quantile * (1 - quantile) * size);
    }
}
