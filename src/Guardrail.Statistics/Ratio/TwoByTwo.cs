namespace Guardrail.Statistics;

/// <summary>
/// The GRO e-variable of two binomial arms (Turner, Ly and Grünwald; detection.md 1.3), for when a large fraction of requests is bad.
/// </summary>
public static class TwoByTwo
{
    /// <summary>
    /// Log e-value in nats of one tick under the null that both arms have the same bad fraction, whatever it is:
    /// sum over arms of y ln(theta/theta0) + (n-y) ln((1-theta)/(1-theta0)), theta0 = (n_A theta_A + n_B theta_B)/(n_A + n_B).
    /// The guesses must be made before the tick. 0 when an arm has no requests.
    /// </summary>
    /// <param name="tally">The tick; no more events than requests in either arm.</param>
    /// <param name="controlRate">Guess of the control's bad fraction (theta_A), strictly between 0 and 1.</param>
    /// <param name="canaryRate">Guess of the canary's bad fraction (theta_B), strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A guess is out of range, or an arm has more events than requests.</exception>
    public static double LogEvidence(in TwoArmTally tally, double controlRate, double canaryRate)
    {
        Check.Probability(controlRate, nameof(controlRate));
        Check.Probability(canaryRate, nameof(canaryRate));
        Check.Within(tally.ControlEvents, 0, (double)tally.ControlTotal, nameof(tally));
        Check.Within(tally.CanaryEvents, 0, (double)tally.CanaryTotal, nameof(tally));
        if (tally.ControlTotal == 0 || tally.CanaryTotal == 0)
        {
            return 0;
        }

        var pooled = controlRate + (tally.CanaryShare * (canaryRate - controlRate));
        return Arm(tally.ControlEvents, tally.ControlTotal, controlRate, pooled)
            + Arm(tally.CanaryEvents, tally.CanaryTotal, canaryRate, pooled);
    }

    private static double Arm(double events, double total, double rate, double pooled) =>
        (events * Math.Log(rate / pooled)) + ((total - events) * Math.Log((1 - rate) / (1 - pooled)));
}
