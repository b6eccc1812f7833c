namespace Guardrail.Statistics;

/// <summary>
/// Whether counts of one arm fall below, or rise above, what a forecast allows: volume drop and excess after the rollout (detection.md
/// 1.8), as an e-process with restart mixture, dispersion and cap.
/// </summary>
/// <remarks>
/// Drop: the null says that the mean is at least kappa0 times the forecast; excess: at most r0 times. Valid for Poisson counts and for
/// independent incidents of at most Dispersion events each. It is only as good as its forecast: take the envelope (least of several
/// forecasts for a drop, greatest for an excess). Observing allocates nothing. Not safe for concurrent use.
/// </remarks>
public sealed class ForecastTest
{
    private readonly ForecastOptions options;
    private readonly double[] tick;
    private readonly RestartMixture mixture;

    /// <summary>Makes a test that has seen nothing.</summary>
    /// <param name="options">
    /// Usually <see cref="ForecastOptions.Drop"/> or <see cref="ForecastOptions.Excess"/> with the dispersion of history.
    /// </param>
    public ForecastTest(ForecastOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        tick = new double[options.AlternativeRatios.Length];
        mixture = new RestartMixture(tick.Length, options.EvidenceCap, options.FirstTickWeight, options.RestartHazard);
    }

    /// <summary>Natural logarithm of the e-value so far; 0 before the first counted tick.</summary>
    public double LogEvidence => mixture.LogEvidence;

    /// <summary>Ticks that counted: those with a forecast above 0.</summary>
    public long Ticks => mixture.Ticks;

    /// <summary>Numbers that hold the state.</summary>
    public int StateLength => mixture.StateLength;

    /// <summary>Log likelihood ratio in nats of one tick, before dispersion and cap: N ln(r1/r0) - mu (r1 - r0).</summary>
    /// <param name="count">Events counted (N), 0 or more.</param>
    /// <param name="forecast">Events forecast (mu), 0 or more, finite.</param>
    /// <param name="nullRatio">Ratio to the forecast under the null, above 0.</param>
    /// <param name="alternativeRatio">Ratio to the forecast under the alternative, above 0.</param>
    public static double LogLikelihoodRatio(double count, double forecast, double nullRatio, double alternativeRatio)
    {
        Check.Within(count, 0, double.MaxValue, nameof(count));
        Check.Within(forecast, 0, double.MaxValue, nameof(forecast));
        Check.Between(nullRatio, 0, double.PositiveInfinity, nameof(nullRatio));
        Check.Between(alternativeRatio, 0, double.PositiveInfinity, nameof(alternativeRatio));
        return (count * Math.Log(alternativeRatio / nullRatio)) - (forecast * (alternativeRatio - nullRatio));
    }

    /// <summary>Takes one tick into account. Zero events are evidence here; a forecast of 0 leaves the state as it is.</summary>
    /// <param name="count">Events of the tick, 0 or more.</param>
    /// <param name="forecast">Forecast of the tick, made before it; 0 or more, finite.</param>
    public void Observe(long count, double forecast)
    {
        Check.NotNegative(count, nameof(count));
        if (Check.Within(forecast, 0, double.MaxValue, nameof(forecast)) == 0)
        {
            return;
        }

        for (var k = 0; k < tick.Length; k++)
        {
            tick[k] = LogLikelihoodRatio(count, forecast, options.NullRatio, options.AlternativeRatios[k]) / options.Dispersion;
        }

        mixture.Advance(tick);
    }

    /// <summary>Writes the state; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination) => mixture.CopyStateTo(destination);

    /// <summary>Continues from a state, bit for bit.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of this test.</exception>
    public void RestoreState(ReadOnlySpan<double> state) => mixture.RestoreState(state);
}
