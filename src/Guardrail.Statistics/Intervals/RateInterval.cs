namespace Guardrail.Statistics;

/// <summary>
/// Interval, valid at any time, of one arm's rate of events per request: the beta-binomial mixture inverted (Howard et al.).
/// </summary>
public static class RateInterval
{
    /// <summary>All rates p whose mixture of <paramref name="events"/> in <paramref name="total"/> stays below 1/alpha.</summary>
    /// <param name="events">Events so far, 0 to <paramref name="total"/>.</param>
    /// <param name="total">Requests so far, 1 or more.</param>
    /// <param name="alpha">Probability that the interval ever misses the rate, strictly between 0 and 1.</param>
    /// <param name="optimalTotal">Number of requests at which it is tightest, above 0.</param>
    /// <param name="dispersion">
    /// Requests and events are divided by it before use, 1 or more: the rate's interval is that of as many fewer independent requests. 1,
    /// the default, is exact for independent requests.
    /// </param>
    public static Interval For(long events, long total, double alpha, double optimalTotal, double dispersion = 1)
    {
        Check.Within(total, 1, (double)long.MaxValue, nameof(total));
        Check.Within(events, 0, (double)total, nameof(events));
        Check.Within(dispersion, 1, double.MaxValue, nameof(dispersion));
        Check.Between(optimalTotal, 0, double.PositiveInfinity, nameof(optimalTotal));
        Check.Probability(alpha, nameof(alpha));
        var (rate, tosses) = ((double)events / total, total / dispersion);

        bool Excluded(double p)
        {
            var mixture = new BetaBinomialMixture(p * (1 - p) * optimalTotal, BetaBinomialMixture.UsualAlpha, p, 1 - p, oneSided: false);
            return mixture.LogEvidence((rate - p) * tosses, p * (1 - p) * tosses) >= -Math.Log(alpha);
        }

        return new Interval(
            events == 0 ? 0 : Bisection.Boundary(rate, 0, p => p > 0 && Excluded(p)),
            events == total ? 1 : Bisection.Boundary(rate, 1, p => p < 1 && Excluded(p)));
    }
}
