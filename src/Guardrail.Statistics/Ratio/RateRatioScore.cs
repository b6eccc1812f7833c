namespace Guardrail.Statistics;

/// <summary>
/// By how many standard deviations the canary's events exceed what the null ratio explains: the score of the stratified conditional binomial (Mantel
/// and Haenszel 1959), sum (x - K p) / sqrt(phi sum K p (1-p)) over ticks and strata, with p = rho r0 / (1 - rho + rho r0). With direction Decrease, of
/// the control's events, arms swapped.
/// </summary>
/// <remarks>
/// It says how a difference looks at one moment, and is not valid at every moment one looks: it may withhold a "healthy", it never rolls back. Every
/// tick is held against its own share of the traffic, so that a shared outage while the canary has most of the traffic does not count against it.
/// Observing allocates nothing. Not safe for concurrent use.
/// </remarks>
public sealed class RateRatioScore
{
    private readonly RateRatioOptions options;
    private double excess;
    private double variance;

    /// <summary>Makes a score that has seen nothing.</summary>
    /// <param name="options">Null ratio, dispersion and direction; the rest does not matter.</param>
    public RateRatioScore(RateRatioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
    }

    /// <summary>Numbers that hold the state.</summary>
    public static int StateLength => 2;

    /// <summary>Standard deviations above the null ratio; 0 before the first informative tick. Approximately normal when events are many.</summary>
    public double StandardDeviations => variance > 0 ? excess / Math.Sqrt(options.Dispersion * variance) : 0;

    /// <summary>Takes one tick into account; strata that lack an arm or events are left out.</summary>
    public void Observe(ReadOnlySpan<TwoArmTally> strata)
    {
        foreach (ref readonly var stratum in strata)
        {
            if (!stratum.IsInformative)
            {
                continue;
            }

            var increase = options.Direction == RatioDirection.Increase;
            var (events, share) = increase ? (stratum.CanaryEvents, stratum.CanaryShare) : (stratum.ControlEvents, 1 - stratum.CanaryShare);
            var expected = share * options.NullRatio / (1 + (share * (options.NullRatio - 1)));
            excess += events - (stratum.Events * expected);
            variance += stratum.Events * expected * (1 - expected);
        }
    }

    /// <summary>Writes the state; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination)
    {
        Check.Length(destination.Length, StateLength, nameof(destination));
        (destination[0], destination[1]) = (excess, variance);
    }

    /// <summary>Continues from a state, bit for bit.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of this score.</exception>
    public void RestoreState(ReadOnlySpan<double> state)
    {
        Check.Length(state.Length, StateLength, nameof(state));
        if (!double.IsFinite(state[0]) || !(state[1] >= 0 && double.IsFinite(state[1])))
        {
            throw new ArgumentException("Not a state that this score wrote: start it anew.", nameof(state));
        }

        (excess, variance) = (state[0], state[1]);
    }
}
