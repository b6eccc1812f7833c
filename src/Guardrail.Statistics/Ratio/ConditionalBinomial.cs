namespace Guardrail.Statistics;

/// <summary>
/// Given how many events a tick had, how they fell on the two arms tells of the ratio of their rates, whatever the shared rate is.
/// </summary>
public static class ConditionalBinomial
{
    /// <summary>
    /// Log likelihood ratio in nats of one tick, alternative over null, before tempering and cap (detection.md 1.2):
    /// l = x ln(p(r1)/p(r0)) + (K-x) ln((1-p(r1))/(1-p(r0))) with p(r) = rho r / (1 - rho + rho r),
    /// computed as x ln(r1/r0) - K ln(1 + rho (r1-r0) / (1 + rho (r0-1))), which is the same and loses no digits.
    /// </summary>
    /// <param name="canaryEvents">Events in the canary (x), 0 to <paramref name="totalEvents"/>.</param>
    /// <param name="totalEvents">Events in both arms (K), 0 or more. 0 gives 0.</param>
    /// <param name="canaryShare">The canary's share of this tick's exposure (rho), strictly between 0 and 1.</param>
    /// <param name="nullRatio">Rate ratio canary/control of the null hypothesis (r0), above 0.</param>
    /// <param name="alternativeRatio">Rate ratio of the alternative (r1), above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double LogLikelihoodRatio(
        double canaryEvents, double totalEvents, double canaryShare, double nullRatio, double alternativeRatio)
    {
        Check.Within(totalEvents, 0, double.MaxValue, nameof(totalEvents));
        Check.Within(canaryEvents, 0, totalEvents, nameof(canaryEvents));
        Check.Probability(canaryShare, nameof(canaryShare));
        Check.Between(nullRatio, 0, double.PositiveInfinity, nameof(nullRatio));
        Check.Between(alternativeRatio, 0, double.PositiveInfinity, nameof(alternativeRatio));
        return Of(
            canaryEvents, totalEvents, canaryShare, Math.Log(alternativeRatio / nullRatio), nullRatio, alternativeRatio - nullRatio);
    }

    internal static double Of(double x, double k, double share, double logRatio, double nullRatio, double ratioStep) =>
        (x * logRatio) - (k * double.LogP1(share * ratioStep / (1 + (share * (nullRatio - 1)))));
}
