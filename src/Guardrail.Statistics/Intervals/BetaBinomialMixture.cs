namespace Guardrail.Statistics;

/// <summary>
/// The beta-binomial mixture supermartingale of sums of variables in [-g, h] (Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform,
/// nonparametric, nonasymptotic confidence sequences"; detection.md 1.4). With intrinsic time v = g h n it is, for n coin tosses of null
/// probability g/(g+h), the mean likelihood ratio under a Beta prior of the coin.
/// </summary>
public sealed class BetaBinomialMixture
{
    /// <summary>Error probability for which intervals and comparisons tune the mixture.</summary>
    internal const double UsualAlpha = 0.05;

    private const double LeastConcentration = 1e-3;
    private readonly double g;
    private readonly double h;
    private readonly double priorUp;
    private readonly double priorDown;
    private readonly double fromShare;

    /// <summary>Makes the mixture that is tightest at one intrinsic time.</summary>
    /// <param name="optimalVariance">Intrinsic time at which it is tightest (v_opt), above 0.</param>
    /// <param name="optimalAlpha">Error probability for which it is tightest, strictly between 0 and 1 (one-sided: below 0.5).</param>
    /// <param name="g">The variables are at least -g; above 0.</param>
    /// <param name="h">The variables are at most h; above 0.</param>
    /// <param name="oneSided">Whether only positive sums count as evidence.</param>
    public BetaBinomialMixture(double optimalVariance, double optimalAlpha, double g, double h, bool oneSided)
    {
        (this.g, this.h) = (Check.Between(g, 0, double.PositiveInfinity), Check.Between(h, 0, double.PositiveInfinity));
        var rho = NormalMixture.BestRho(optimalVariance, oneSided ? 2 * optimalAlpha : optimalAlpha);
        var r = Math.Max(rho - (g * h), LeastConcentration * g * h);
        (priorUp, priorDown) = (r / (h * (g + h)), r / (g * (g + h)));
        fromShare = oneSided ? g / (g + h) : 0;
    }

    /// <summary>Natural logarithm of the supermartingale.</summary>
    /// <param name="sum">Sum of the variables (s), -v/h to v/g.</param>
    /// <param name="variance">Intrinsic time (v), 0 or more.</param>
    public double LogEvidence(double sum, double variance)
    {
        // Tosses up and down that make the sum; rounding may not push them below none.
        var up = Math.Max(0, (variance + (h * sum)) / (h * (g + h)));
        var down = Math.Max(0, (variance - (g * sum)) / (g * (g + h)));
        var likelihood = (up * Math.Log(g / (g + h))) + (down * Math.Log(h / (g + h)));
        return LogBetaAbove(priorUp + up, priorDown + down) - LogBetaAbove(priorUp, priorDown) - likelihood;
    }

    /// <summary>
    /// The sum that is ever crossed with a probability of at most <paramref name="alpha"/>, at intrinsic time <paramref name="variance"/>.
    /// </summary>
    public double Bound(double variance, double alpha)
    {
        var threshold = -Math.Log(Check.Probability(alpha));
        var highest = variance / g;
        return LogEvidence(highest, variance) < threshold
            ? highest
            : Bisection.Boundary(0, highest, sum => LogEvidence(sum, variance) >= threshold);
    }

    // ln of the integral of p^(a-1) (1-p)^(b-1) over p from the null probability (one-sided) or from 0 to 1.
    private double LogBetaAbove(double a, double b) =>
        SpecialFunctions.LogBeta(a, b) + (fromShare == 0 ? 0 : SpecialFunctions.LogIncompleteBeta(b, a, 1 - fromShare));
}
