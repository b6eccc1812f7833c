namespace Guardrail.Statistics;

/// <summary>
/// How much more than independent events counts vary around their forecast: the dispersion for a <see cref="ForecastTest"/>, as <see
/// cref="DispersionEstimator"/> finds that of pods (detection.md D4, "phi from history"). The maximum over windows of 1, 3 and 12 ticks of
/// sum (N - mu)² / sum mu, with exponential forgetting.
/// </summary>
/// <remarks>
/// A forecast that is off counts as dispersion, as it should. Feed it the same kind of forecast that the test will get, over healthy time.
/// With little data it leans on the prior of the options, which is far too low for the volume of a busy service: do not test a volume
/// without history. Observing allocates nothing. Not safe for concurrent use.
/// </remarks>
public sealed class ForecastDispersionEstimator
{
    private readonly ResidualWindows windows;

    /// <summary>Makes an estimator that has seen nothing.</summary>
    /// <param name="options">How to estimate; the defaults when null.</param>
    public ForecastDispersionEstimator(DispersionOptions? options = null)
    {
        windows = new ResidualWindows(options ?? new DispersionOptions(), sumToZero: false);
        windows.EnsureCapacity(1);
    }

    /// <summary>The maximum of the windows' raw ratios; 1 when there is no data.</summary>
    public double Raw => windows.Raw;

    /// <summary>
    /// The dispersion to test with: max(1, 1.5 times the estimate), where the estimate leans on the prior as long as data is scarce.
    /// </summary>
    public double Dispersion => windows.Dispersion;

    /// <summary>
    /// How much data the shortest window has, in degrees of freedom; compare with <see cref="DispersionOptions.PriorWeight"/>.
    /// </summary>
    public double DegreesOfFreedom => windows.DegreesOfFreedom;

    /// <summary>Numbers that hold the state.</summary>
    public int StateLength => windows.StateLength;

    /// <summary>Takes one healthy tick into account.</summary>
    /// <param name="count">Events of the tick, 0 or more.</param>
    /// <param name="forecast">Forecast of the tick, made before it; 0 or more, finite. 0 is no data.</param>
    public void Observe(long count, double forecast)
    {
        Check.NotNegative(count, nameof(count));
        if (Check.Within(forecast, 0, double.MaxValue, nameof(forecast)) > 0)
        {
            windows.Add(0, count - forecast, forecast);
        }

        windows.EndTick();
    }

    /// <summary>Writes the state; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination) => windows.CopyStateTo(destination);

    /// <summary>Continues from a state, bit for bit.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of an estimator.</exception>
    public void RestoreState(ReadOnlySpan<double> state)
    {
        Check.Length(state.Length, StateLength, nameof(state));
        windows.RestoreState(state);
    }
}
