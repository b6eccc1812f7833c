namespace Guardrail.Statistics;

/// <summary>
/// Whether the canary's rate of events exceeds the control's by more than the null ratio: the per-tick stratified conditional-binomial
/// e-process of detection.md 1.2, with restart mixture, dispersion and cap. With direction Decrease, whether it falls short by more than
/// that.
/// </summary>
/// <remarks>
/// Under the null, P(evidence ever reaches ln(1/alpha)) &lt;= alpha, at whatever moment one looks (Ville). The null: within each tick and
/// stratum, events arrive as independent incidents of at most Dispersion events, and the odds ratio is at most the null ratio. The shared
/// rate may move freely from tick to tick. A tick that is not <see cref="TwoArmTally.IsInformative">informative</see> leaves the state
/// unchanged to the last bit and spends no restart weight, so skipping ticks is always valid. Observing allocates nothing. Not safe for
/// concurrent use.
/// </remarks>
public sealed class RateRatioTest
{
    private readonly RateRatioOptions options;
    private readonly double[] logRatios;
    private readonly double[] ratioSteps;
    private readonly double[] tick;
    private readonly RestartMixture mixture;
    private bool counted;

    /// <summary>Makes a test that has seen nothing.</summary>
    /// <param name="options">What it takes for granted and looks for.</param>
    public RateRatioTest(RateRatioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        var multipliers = options.AlternativeMultipliers;
        logRatios = [.. multipliers.Select(Math.Log)];
        ratioSteps = [.. multipliers.Select(multiplier => options.NullRatio * (multiplier - 1))];
        tick = new double[multipliers.Length];
        mixture = new RestartMixture(multipliers.Length, options.EvidenceCap, options.FirstTickWeight, options.RestartHazard);
    }

    /// <summary>Natural logarithm of the e-value so far; 0 before the first counted tick. Never NaN or infinite.</summary>
    public double LogEvidence => mixture.LogEvidence;

    /// <summary>Ticks that counted: those with at least one informative stratum.</summary>
    public long Ticks => mixture.Ticks;

    /// <summary>Numbers that hold the state.</summary>
    public int StateLength => mixture.StateLength;

    /// <summary>Takes one tick without strata into account.</summary>
    public void Observe(in TwoArmTally tick) => Observe(new ReadOnlySpan<TwoArmTally>(in tick));

    /// <summary>
    /// Takes one tick into account: the log likelihood ratios add up over the strata that have both arms, then the cap is applied once.
    /// </summary>
    /// <param name="strata">The same tick's tally of each stratum (route), in any order.</param>
    public void Observe(ReadOnlySpan<TwoArmTally> strata)
    {
        foreach (ref readonly var stratum in strata)
        {
            Accumulate(in stratum);
        }

        EndTick();
    }

    /// <summary>Writes the state; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination) => mixture.CopyStateTo(destination);

    /// <summary>
    /// Continues from a state: the future is bit for bit that of the test that wrote it. The options are not part of it; a test with
    /// another dispersion or cap may continue it (valid as long as these were chosen without looking at the ticks to come), the number of
    /// alternatives must be the same.
    /// </summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of this test.</exception>
    public void RestoreState(ReadOnlySpan<double> state) => mixture.RestoreState(state);

    internal int Alternatives => tick.Length;

    internal void Accumulate(in TwoArmTally tally)
    {
        if (!tally.IsInformative)
        {
            return;
        }

        AddGains(in tally, 1 / options.Dispersion, tick);
        counted = true;
    }

    internal void EndTick()
    {
        if (!counted)
        {
            return;
        }

        mixture.Advance(tick);
        tick.AsSpan().Clear();
        counted = false;
    }

    /// <summary>Becomes what another test with the same options is, in the middle of its tick as well.</summary>
    internal void CopyFrom(RateRatioTest other)
    {
        mixture.CopyFrom(other.mixture);
        other.tick.CopyTo(tick);
        counted = other.counted;
    }

    /// <summary>
    /// Log likelihood ratios that each canary request is expected to add, per alternative, at the rates of an informative tally.
    /// </summary>
    internal void ExpectedGains(in TwoArmTally observed, Span<double> gains)
    {
        gains.Clear();
        AddGains(in observed, 1 / (options.Dispersion * observed.CanaryTotal), gains);
    }

    /// <summary>What the evidence would be after as many canary requests with such gains.</summary>
    internal double Expect(ReadOnlySpan<double> gains, double requests) => mixture.Expect(gains, requests);

    private void AddGains(in TwoArmTally tally, double scale, Span<double> sums)
    {
        // The mirrored test is this one with the arms swapped: p(1/r) of one arm is 1 - p(r) of the other.
        var (events, share) = options.Direction == RatioDirection.Increase
            ? (tally.CanaryEvents, tally.CanaryShare)
            : (tally.ControlEvents, tally.ControlTotal / ((double)tally.ControlTotal + tally.CanaryTotal));
        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] += scale * ConditionalBinomial.Of(events, tally.Events, share, logRatios[k], options.NullRatio, ratioSteps[k]);
        }
    }
}
