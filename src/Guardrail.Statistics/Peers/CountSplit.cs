namespace Guardrail.Statistics;

/// <summary>
/// Two arms' cumulative counts under the model of Lindon and Malek (detection.md 1.1): given an event, it is the canary's with probability
/// theta.
/// </summary>
public static class CountSplit
{
    /// <summary>
    /// Log e-value against "the canary's share of events is at most <paramref name="canaryShare"/>":
    /// ln B(k theta0 + S) - ln B(k theta0) - S_B ln theta* - S_A ln(1 - theta*), theta* = min(S_B/n, theta0).
    /// </summary>
    /// <param name="controlEvents">Events in the control so far (S_A).</param>
    /// <param name="canaryEvents">Events in the canary so far (S_B).</param>
    /// <param name="canaryShare">The canary's constant share of requests (theta0), strictly between 0 and 1.</param>
    /// <param name="concentration">Concentration of the mixture (k), above 0.</param>
    public static double LogExcessEvidence(long controlEvents, long canaryEvents, double canaryShare, double concentration = 100)
    {
        var marginal = LogMarginal(controlEvents, canaryEvents, canaryShare, concentration);
        var worst = Math.Min(canaryEvents / Math.Max(1, (double)controlEvents + canaryEvents), canaryShare);
        return marginal - LogLikelihood(controlEvents, canaryEvents, worst);
    }

    /// <summary>
    /// Interval, valid at any time, of the log rate ratio canary/control: all delta = logit(theta) - logit(rho) with
    /// S_B ln theta + S_A ln(1 - theta) &gt;= ln B(k theta0 + S) - ln B(k theta0) + ln alpha. Infinite where the counts bound nothing.
    /// </summary>
    /// <param name="controlEvents">Events in the control so far (S_A).</param>
    /// <param name="canaryEvents">Events in the canary so far (S_B).</param>
    /// <param name="canaryShare">The canary's constant share of requests (rho = theta0), strictly between 0 and 1.</param>
    /// <param name="alpha">Error probability, strictly between 0 and 1.</param>
    /// <param name="concentration">Concentration of the mixture (k), above 0.</param>
    public static Interval LogRatioInterval(
        long controlEvents, long canaryEvents, double canaryShare, double alpha, double concentration = 100)
    {
        var threshold = LogMarginal(controlEvents, canaryEvents, canaryShare, concentration) + Math.Log(Check.Probability(alpha));
        var center = Math.Log(canaryShare / (1 - canaryShare));
        const double Far = 700;
        var best = controlEvents == 0 ? Far : canaryEvents == 0 ? -Far : Math.Log((double)canaryEvents / controlEvents);

        // In the logit u the log likelihood is S_B u - n ln(1 + e^u), which is concave.
        bool Excluded(double u) => (canaryEvents * u) - (((double)controlEvents + canaryEvents) * LogDomain.Add(0, u)) < threshold;
        return new Interval(
            Excluded(-Far) ? Bisection.Boundary(best, -Far, Excluded) - center : double.NegativeInfinity,
            Excluded(Far) ? Bisection.Boundary(best, Far, Excluded) - center : double.PositiveInfinity);
    }

    private static double LogMarginal(long controlEvents, long canaryEvents, double share, double concentration)
    {
        Check.NotNegative(controlEvents);
        Check.NotNegative(canaryEvents);
        Check.Probability(share);
        Check.Between(concentration, 0, double.PositiveInfinity);
        var (b, a) = (concentration * share, concentration * (1 - share));
        return SpecialFunctions.LogBeta(b + canaryEvents, a + controlEvents) - SpecialFunctions.LogBeta(b, a);
    }

    private static double LogLikelihood(double controlEvents, double canaryEvents, double theta) =>
        (canaryEvents == 0 ? 0 : canaryEvents * Math.Log(theta)) + (controlEvents == 0 ? 0 : controlEvents * double.LogP1(-theta));
}
