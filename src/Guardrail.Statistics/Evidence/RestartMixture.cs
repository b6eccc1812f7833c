namespace Guardrail.Statistics;

/// <summary>
/// The e-process of detection.md 1.2 over any per-tick log likelihood ratios with E[e^l | past] &lt;= 1 under the null: S_t(k) =
/// e^min(l_t(k), c) (S_{t-1}(k) + w_t), E_t = mean_k S_t(k) + (1 - sum of w). It bets on every alternative k and on every tick at which a
/// fault may begin: w_t is the hazard of the tick times the weight not yet spent, so w_1 = w1 and w_t = (1-w1) h (1-h)^(t-2).
/// </summary>
internal sealed class RestartMixture
{
    private readonly double[] logSums;
    private readonly double cap;
    private readonly double firstWeight;
    private readonly double hazard;
    private readonly double logAlternatives;
    private double logUnspent;

    public RestartMixture(int alternatives, double cap, double firstWeight, double hazard)
    {
        logSums = new double[alternatives];
        logSums.AsSpan().Fill(double.NegativeInfinity);
        (this.cap, this.firstWeight, this.hazard) = (cap, firstWeight, hazard);
        logAlternatives = Math.Log(alternatives);
    }

    public long Ticks { get; private set; }

    public double LogEvidence { get; private set; }

    public int StateLength => logSums.Length + 2;

    /// <summary>One counted tick: its log likelihood ratio per alternative, already divided by the dispersion.</summary>
    public void Advance(ReadOnlySpan<double> logRatios)
    {
        var spend = Ticks == 0 ? firstWeight : hazard;
        var logWeight = logUnspent + Math.Log(spend);
        for (var k = 0; k < logSums.Length; k++)
        {
            logSums[k] = Math.Min(logRatios[k], cap) + LogDomain.Add(logSums[k], logWeight);
        }

        logUnspent += double.LogP1(-spend);
        Ticks++;
        LogEvidence = Total();
    }

    /// <summary>Writes ticks, unspent weight and sums; all are finite, so that they survive any text format.</summary>
    public void CopyStateTo(Span<double> destination)
    {
        Check.Length(destination.Length, StateLength, nameof(destination));
        destination[0] = Ticks;
        destination[1] = logUnspent;
        for (var k = 0; k < logSums.Length; k++)
        {
            destination[k + 2] = Math.Max(logSums[k], double.MinValue);
        }
    }

    public void RestoreState(ReadOnlySpan<double> state)
    {
        Check.Length(state.Length, StateLength, nameof(state));
        var valid = state[0] >= 0 && state[0] < long.MaxValue && Math.Floor(state[0]).Equals(state[0]) && state[1] <= 0;
        foreach (var number in state)
        {
            valid &= double.IsFinite(number);
        }

        if (!valid)
        {
            throw new ArgumentException("Not a state that this test wrote: start the test anew.", nameof(state));
        }

        Ticks = (long)state[0];
        logUnspent = state[1];
        state[2..].CopyTo(logSums);
        LogEvidence = Ticks == 0 ? 0 : Total();
    }

    public void CopyFrom(RestartMixture other)
    {
        other.logSums.CopyTo(logSums);
        (logUnspent, Ticks, LogEvidence) = (other.logUnspent, other.Ticks, other.LogEvidence);
    }

    /// <summary>
    /// The evidence if every sum grew by <paramref name="requests"/> times its gain, new faults beginning with the weight of the next tick.
    /// </summary>
    public double Expect(ReadOnlySpan<double> gains, double requests)
    {
        var spend = Ticks == 0 ? firstWeight : hazard;
        var (sum, logWeight) = (double.NegativeInfinity, logUnspent + Math.Log(spend));
        for (var k = 0; k < logSums.Length; k++)
        {
            sum = LogDomain.Add(sum, LogDomain.Add(logSums[k], logWeight) + (gains[k] * requests));
        }

        return LogDomain.Add(sum - logAlternatives, logUnspent + double.LogP1(-spend));
    }

    private double Total() => LogDomain.Add(LogDomain.SumExp(logSums) - logAlternatives, logUnspent);
}
