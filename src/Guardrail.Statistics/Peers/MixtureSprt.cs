namespace Guardrail.Statistics;

/// <summary>
/// The mixture sequential probability ratio test of two rates (Johari, Koomen, Pekelis and Walsh; detection.md 1.6). For comparison: it is
/// valid only asymptotically, on cumulative counts, and fires on bursts and on ramps with drift.
/// </summary>
public static class MixtureSprt
{
    /// <summary>Log evidence: ln(V/(V+tau²))/2 + tau² d²/(2 V (V+tau²)).</summary>
    /// <param name="difference">Difference of the two means (d).</param>
    /// <param name="variance">Variance of that difference (V), above 0.</param>
    /// <param name="tau">Standard deviation of the effects mixed over, above 0.</param>
    public static double LogEvidence(double difference, double variance, double tau)
    {
        Check.Between(variance, 0, double.PositiveInfinity);
        var mixed = Check.Positive(tau) * tau;
        return (-0.5 * double.LogP1(mixed / variance)) + (mixed * difference * difference / (2 * variance * (variance + mixed)));
    }

    /// <summary>
    /// Log evidence of cumulative counts, with V = p(1-p)(1/n_A + 1/n_B) at the pooled rate p. 0 while V is 0 or an arm is empty.
    /// </summary>
    /// <param name="cumulative">All requests and events so far, no more events than requests in either arm.</param>
    /// <param name="tau">Standard deviation of the effects mixed over, above 0.</param>
    public static double LogEvidence(in TwoArmTally cumulative, double tau)
    {
        if (cumulative.ControlTotal == 0 || cumulative.CanaryTotal == 0)
        {
            return 0;
        }

        var (a, b) = ((double)cumulative.ControlTotal, (double)cumulative.CanaryTotal);
        var pooled = cumulative.Events / (a + b);
        var variance = pooled * (1 - pooled) * ((1 / a) + (1 / b));
        return variance > 0 ? LogEvidence((cumulative.CanaryEvents / b) - (cumulative.ControlEvents / a), variance, tau) : 0;
    }
}
