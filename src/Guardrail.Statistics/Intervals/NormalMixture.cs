namespace Guardrail.Statistics;

/// <summary>
/// The two-sided normal mixture (Robbins; Howard et al.; detection.md 1.6), for sums of 1-sub-Gaussian variables of intrinsic time v.
/// </summary>
public static class NormalMixture
{
    /// <summary>
    /// The mixture parameter that makes the bound nearly tightest at one time: rho = v / (2 ln(1/alpha) + ln(1 + 2 ln(1/alpha))).
    /// </summary>
    /// <param name="variance">That intrinsic time (v), above 0.</param>
    /// <param name="alpha">Error probability, strictly between 0 and 1.</param>
    public static double BestRho(double variance, double alpha)
    {
        Check.Between(variance, 0, double.PositiveInfinity);
        var nats = -2 * Math.Log(Check.Probability(alpha));
        return variance / (nats + double.LogP1(nats));
    }

    /// <summary>Log evidence: ln(rho/(v+rho))/2 + s²/(2(v+rho)).</summary>
    /// <param name="sum">The sum (s).</param>
    /// <param name="variance">Intrinsic time (v), 0 or more.</param>
    /// <param name="rho">Mixture parameter, above 0.</param>
    public static double LogEvidence(double sum, double variance, double rho) =>
        (-0.5 * double.LogP1(variance / rho)) + (sum * sum / (2 * (variance + rho)));

    /// <summary>The absolute sum ever crossed with a probability of at most alpha: sqrt((v+rho)(ln(1+v/rho) + 2 ln(1/alpha))).</summary>
    /// <param name="variance">Intrinsic time (v), 0 or more.</param>
    /// <param name="alpha">Error probability, strictly between 0 and 1.</param>
    /// <param name="rho">Mixture parameter, above 0.</param>
    public static double Bound(double variance, double alpha, double rho) =>
        Math.Sqrt((variance + rho) * (double.LogP1(variance / rho) - (2 * Math.Log(Check.Probability(alpha)))));
}
