namespace Guardrail.Statistics;

/// <summary>
/// Estimate and anytime-valid interval of the rate ratio canary/control, tick by tick like <see cref="RateRatioTest"/>: a ratio r is
/// excluded once sum_j w_j e^(L(r_j) - L(r)) &gt;= 1/alpha, where L(r) = sum over ticks of [x ln r - K ln(1 + rho (r-1))]/phi and the
/// mixture runs over a grid r_j.
/// </summary>
/// <remarks>
/// For each r that sum is an e-process of "the ratio is r", so the interval misses a constant ratio at any time with a probability of at
/// most alpha. The grid is ratios 1/1000 to 1000 in steps of about 4 %; the prior w is Cauchy in ln r with scale ln 2. L is concave in ln
/// r, so what lies beyond an excluded grid point is excluded too; the reported ends are the first excluded grid points on either side. For
/// rare events in independent incidents of at most phi events. There is no cap here: it explains and reassures, it is not meant to roll
/// back. Observing allocates nothing.
/// </remarks>
public sealed class RateRatioInterval
{
    internal const int Points = 353;
    private static readonly double LogHighest = Math.Log(1000);
    private static readonly double[] LogRatios = [.. Enumerable.Range(0, Points).Select(j => LogHighest * ((2.0 * j / (Points - 1)) - 1))];
    private static readonly double[] RatioSteps = [.. LogRatios.Select(u => Math.Exp(u) - 1)];
    private static readonly double[] LogPrior = Prior();
    private readonly double[] logLikelihood = new double[Points];
    private readonly double dispersion;

    /// <summary>Makes an interval that has seen nothing.</summary>
    /// <param name="dispersion">By how much one incident is larger than one event (phi), 1 or more, finite.</param>
    public RateRatioInterval(double dispersion) => this.dispersion = Check.Within(dispersion, 1, double.MaxValue);

    /// <summary>Ticks that counted.</summary>
    public long Ticks { get; private set; }

    /// <summary>Most likely ratio of the grid; NaN before the first counted tick.</summary>
    public double Estimate => Ticks == 0 ? double.NaN : Math.Exp(LogRatios[Best()]);

    /// <summary>Numbers that hold the state.</summary>
    public static int StateLength => Points + 1;

    internal ReadOnlySpan<double> LogLikelihood => logLikelihood;

    internal double Dispersion => dispersion;

    /// <summary>Takes one tick without strata into account.</summary>
    public void Observe(in TwoArmTally tick) => Observe(new ReadOnlySpan<TwoArmTally>(in tick));

    /// <summary>Takes one tick into account; strata that lack an arm or events are left out.</summary>
    public void Observe(ReadOnlySpan<TwoArmTally> strata)
    {
        var counted = false;
        foreach (ref readonly var stratum in strata)
        {
            if (stratum.IsInformative)
            {
                counted = true;
                for (var j = 0; j < Points; j++)
                {
                    logLikelihood[j] += Gain(j, stratum.CanaryEvents, stratum.Events, stratum.CanaryShare) / dispersion;
                }
            }
        }

        Ticks += counted ? 1 : 0;
    }

    /// <summary>The ratios not excluded at level 1 - alpha; from 0 or to infinity where the data bounds nothing.</summary>
    /// <param name="alpha">Probability that the interval ever misses the ratio, strictly between 0 and 1. 0.05 for people.</param>
    public Interval At(double alpha)
    {
        var threshold = LogMixture(logLikelihood) + Math.Log(Check.Probability(alpha));
        var (low, high) = (Best(), Best());
        while (low >= 0 && logLikelihood[low] > threshold)
        {
            low--;
        }

        while (high < Points && logLikelihood[high] > threshold)
        {
            high++;
        }

        return new Interval(low < 0 ? 0 : Math.Exp(LogRatios[low]), high == Points ? double.PositiveInfinity : Math.Exp(LogRatios[high]));
    }

    /// <summary>Writes the state; every number is finite.</summary>
    /// <param name="destination">Exactly <see cref="StateLength"/> long.</param>
    public void CopyStateTo(Span<double> destination)
    {
        Check.Length(destination.Length, StateLength, nameof(destination));
        destination[0] = Ticks;
        logLikelihood.CopyTo(destination[1..]);
    }

    /// <summary>Continues from a state, bit for bit.</summary>
    /// <exception cref="ArgumentException">The numbers cannot be a state of this interval.</exception>
    public void RestoreState(ReadOnlySpan<double> state)
    {
        Check.Length(state.Length, StateLength, nameof(state));
        foreach (var number in state)
        {
            if (!double.IsFinite(number))
            {
                throw new ArgumentException("Not a state that this interval wrote: start it anew.", nameof(state));
            }
        }

        Ticks = (long)Check.Within(Math.Floor(state[0]), 0, long.MaxValue / 2, nameof(state));
        state[1..].CopyTo(logLikelihood);
    }

    internal static double Gain(int point, double canaryEvents, double events, double share) =>
        (canaryEvents * LogRatios[point]) - (events * double.LogP1(share * RatioSteps[point]));

    /// <summary>ln sum_j w_j e^L_j.</summary>
    internal static double LogMixture(ReadOnlySpan<double> logLikelihood)
    {
        var highest = double.NegativeInfinity;
        for (var j = 0; j < Points; j++)
        {
            highest = Math.Max(highest, LogPrior[j] + logLikelihood[j]);
        }

        var sum = 0.0;
        for (var j = 0; j < Points; j++)
        {
            sum += Math.Exp(LogPrior[j] + logLikelihood[j] - highest);
        }

        return highest + Math.Log(sum);
    }

    /// <summary>The highest grid point at or below <paramref name="ratio"/>, which lies within the grid.</summary>
    internal static int PointAt(double ratio) =>
        (int)Math.Floor((Math.Log(Check.Within(ratio, 1e-3, 1e3)) + LogHighest) / (2 * LogHighest) * (Points - 1));

    private static double[] Prior()
    {
        double[] weights = [.. LogRatios.Select(u => 1 / (1 + Math.Pow(u / Math.Log(2), 2)))];
        var total = weights.Sum();
        return [.. weights.Select(weight => Math.Log(weight / total))];
    }

    private int Best()
    {
        var best = Points / 2;
        for (var j = 0; j < Points; j++)
        {
            best = logLikelihood[j] > logLikelihood[best] ? j : best;
        }

        return best;
    }
}
