namespace Guardrail.Statistics;

/// <summary>
/// Whether events fall on arms in given proportions: the anytime-valid test of Lindon and Malek (NeurIPS 2022; detection.md 1.1) on
/// cumulative counts, with a Dirichlet(k theta0) mixture. For comparison and reporting: it assumes single events and constant proportions,
/// and fires on every healthy rollout whose shares move while the shared rate moves. Use <see cref="RateRatioTest"/> to decide.
/// </summary>
public sealed class MultinomialTest
{
    private const double SumTolerance = 1e-9;
    private readonly double[] proportions;
    private readonly double[] counts;
    private readonly double concentration;
    private double logHighest;

    /// <summary>Makes a test that has seen nothing.</summary>
    /// <param name="proportions">The null's proportions (theta0): at least two, each strictly between 0 and 1, summing to 1.</param>
    /// <param name="concentration">
    /// Concentration of the mixture (k), above 0. Default 100, tuned to small effects; 10 finds large ones sooner.
    /// </param>
    /// <exception cref="ArgumentException">The proportions are not such.</exception>
    public MultinomialTest(ReadOnlySpan<double> proportions, double concentration = 100)
    {
        this.concentration = Check.Between(concentration, 0, double.PositiveInfinity);
        this.proportions = proportions.ToArray();
        foreach (var proportion in proportions)
        {
            Check.Probability(proportion, nameof(proportions));
        }

        if (proportions.Length < 2 || Math.Abs(this.proportions.Sum() - 1) > SumTolerance)
        {
            throw new ArgumentException("Give at least two proportions that sum to 1.", nameof(proportions));
        }

        counts = new double[proportions.Length];
    }

    /// <summary>Natural logarithm of the e-value of all counts so far.</summary>
    public double LogEvidence { get; private set; }

    /// <summary>Anytime-valid p-value: 1 over the highest e-value so far, at most 1.</summary>
    public double PValue => Math.Exp(-logHighest);

    /// <summary>Adds counts: ln E = ln B(k theta0 + S) - ln B(k theta0) - sum S_i ln theta0_i.</summary>
    /// <param name="increments">New events per arm, in the order of the proportions, each 0 or more.</param>
    public void Observe(ReadOnlySpan<long> increments)
    {
        Check.Length(increments.Length, counts.Length, nameof(increments));
        foreach (var increment in increments)
        {
            Check.NotNegative(increment, nameof(increments));
        }

        for (var arm = 0; arm < counts.Length; arm++)
        {
            counts[arm] += increments[arm];
        }

        LogEvidence = LogMarginal() - LogLikelihood(proportions);
        logHighest = Math.Max(logHighest, LogEvidence);
    }

    /// <summary>
    /// Whether the confidence sequence of the proportions at level 1 - alpha holds a point: sum S ln theta &gt;= ln marginal + ln alpha.
    /// </summary>
    /// <param name="point">Proportions, each strictly between 0 and 1, summing to 1.</param>
    /// <param name="alpha">Error probability, strictly between 0 and 1.</param>
    public bool Covers(ReadOnlySpan<double> point, double alpha)
    {
        Check.Length(point.Length, counts.Length, nameof(point));
        return LogLikelihood(point) >= LogMarginal() + Math.Log(Check.Probability(alpha));
    }

    private double LogMarginal()
    {
        var (sum, total) = (SpecialFunctions.LogGamma(concentration), concentration);
        for (var arm = 0; arm < counts.Length; arm++)
        {
            var prior = concentration * proportions[arm];
            sum += SpecialFunctions.LogGamma(prior + counts[arm]) - SpecialFunctions.LogGamma(prior);
            total += counts[arm];
        }

        return sum - SpecialFunctions.LogGamma(total);
    }

    private double LogLikelihood(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        for (var arm = 0; arm < counts.Length; arm++)
        {
            sum += counts[arm] == 0 ? 0 : counts[arm] * Math.Log(point[arm]);
        }

        return sum;
    }
}
