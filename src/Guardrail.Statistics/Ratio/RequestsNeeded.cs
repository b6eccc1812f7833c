namespace Guardrail.Statistics;

/// <summary>
/// How many more requests the canary has to answer until it is decided, if both arms go on as observed: "about 400 more requests". An
/// estimate for people; it follows the expected evidence and leaves chance, and the cap per tick, out of account.
/// </summary>
public static class RequestsNeeded
{
    private const double MostRequests = 1e15;

    /// <summary>Until <see cref="RateRatioTest.LogEvidence"/> reaches a threshold.</summary>
    /// <param name="test">The test as it stands.</param>
    /// <param name="logThreshold">Evidence at which it is decided, in nats; with a signal weight w: ln(1/(alpha w)).</param>
    /// <param name="observed">Requests and events of both arms, over the time that is taken to be typical.</param>
    /// <returns>
    /// Canary requests; 0 if already there; positive infinity if it would never be, or if an arm has no requests or nothing has events.
    /// </returns>
    public static double ToRollBack(RateRatioTest test, double logThreshold, in TwoArmTally observed)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (test.LogEvidence >= logThreshold)
        {
            return 0;
        }

        if (!observed.IsInformative)
        {
            return double.PositiveInfinity;
        }

        var gains = new double[test.Alternatives];
        test.ExpectedGains(in observed, gains);
        return Least(requests => test.Expect(gains, requests) >= logThreshold);
    }

    /// <summary>
    /// Until <see cref="RateRatioInterval.At"/> has its upper end below a ratio, that is, until a worse ratio is excluded.
    /// </summary>
    /// <param name="interval">The interval as it stands.</param>
    /// <param name="ratio">The ratio to exclude, 0.001 to 1000.</param>
    /// <param name="alpha">Error probability of the interval, strictly between 0 and 1.</param>
    /// <param name="observed">Requests and events of both arms, over the time that is taken to be typical.</param>
    /// <returns>Canary requests; 0 if excluded already; positive infinity if it would never be.</returns>
    public static double ToClear(RateRatioInterval interval, double ratio, double alpha, in TwoArmTally observed)
    {
        ArgumentNullException.ThrowIfNull(interval);
        var (point, threshold) = (RateRatioInterval.PointAt(ratio), -Math.Log(Check.Probability(alpha)));
        if (interval.At(alpha).Upper <= ratio)
        {
            return 0;
        }

        if (!observed.IsInformative)
        {
            return double.PositiveInfinity;
        }

        var (gains, likelihood) = (new double[RateRatioInterval.Points], new double[RateRatioInterval.Points]);
        for (var j = 0; j < gains.Length; j++)
        {
            gains[j] = RateRatioInterval.Gain(j, observed.CanaryEvents, observed.Events, observed.CanaryShare)
                / (interval.Dispersion * observed.CanaryTotal);
        }

        var already = interval.LogLikelihood.ToArray();

        // The likelihood must have its peak below the ratio: a canary worse than it excludes the ratio from the other side.
        bool Cleared(double requests)
        {
            var best = 0;
            for (var j = 0; j < gains.Length; j++)
            {
                likelihood[j] = already[j] + (requests * gains[j]);
                best = likelihood[j] > likelihood[best] ? j : best;
            }

            return best < point && RateRatioInterval.LogMixture(likelihood) - likelihood[point] >= threshold;
        }

        return Least(Cleared);
    }

    private static double Least(Func<double, bool> reached)
    {
        var enough = 1.0;
        while (!reached(enough))
        {
            enough *= 2;
            if (enough > MostRequests)
            {
                return double.PositiveInfinity;
            }
        }

        return Math.Ceiling(Bisection.Boundary(enough == 1 ? 0 : enough / 2, enough, reached));
    }
}
