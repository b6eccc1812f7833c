namespace Guardrail.Statistics;

/// <summary>
/// A band around an empirical distribution function that holds at all sample sizes from m on (Howard and Ramdas, "Sequential estimation of
/// quantiles"; detection.md 1.4): with probability 1 - alpha, for all n &gt;= m, sup |F_n - F| &lt;= A sqrt((ln(1 + ln(n/m)) + C)/n). For
/// reporting latencies; it is weak in the tails, where <see cref="TailRatioTest"/> decides.
/// </summary>
public sealed class EmpiricalBand
{
    private readonly double factor;
    private readonly double start;

    /// <summary>Finds the least constant C for which the bound of the paper is alpha; take alpha/2 per arm to compare two arms.</summary>
    /// <param name="alpha">Probability that the band ever fails, strictly between 0 and 1.</param>
    /// <param name="start">Sample size from which it holds (m), 1 or more.</param>
    /// <param name="factor">A, above 1/sqrt 2. Default 0.85.</param>
    public EmpiricalBand(double alpha, double start, double factor = 0.85)
    {
        Check.Probability(alpha);
        this.start = Check.Within(start, 1, double.MaxValue);
        this.factor = Check.Between(factor, Math.Sqrt(0.5), 100);
        Constant = Bisection.Boundary(1e-3, 1e4, c => LeastError(c, factor) <= alpha);
    }

    /// <summary>C.</summary>
    public double Constant { get; }

    /// <summary>Half width of the band at a sample size; positive infinity below the starting size.</summary>
    /// <param name="size">Sample size (n), 1 or more.</param>
    public double Radius(double size) =>
        size < start ? double.PositiveInfinity : factor * Math.Sqrt((double.LogP1(Math.Log(size / start)) + Constant) / size);

    // min over eta of 4 e^(-gamma² C) (1 + 1/((gamma²-1) ln eta)), gamma² = (2/eta)(A - sqrt(2(eta-1)/C))².
    private static double LeastError(double c, double factor)
    {
        double LogError(double eta)
        {
            var inner = factor - Math.Sqrt(2 * (eta - 1) / c);
            var gamma = inner <= 0 ? 0 : 2 / eta * inner * inner;
            return gamma <= 1 || eta <= 1
                ? double.PositiveInfinity
                : Math.Log(4) - (gamma * c) + double.LogP1(1 / ((gamma - 1) * Math.Log(eta)));
        }

        // gamma² falls in eta, and must stay above 1.
        var highest = Bisection.Boundary(
            1, 2 * factor * factor, eta => Math.Sqrt(eta / 2) + Math.Sqrt(2 * (eta - 1) / c) >= factor);
        return Math.Exp(LogError(Bisection.Minimum(1, highest, LogError)));
    }
}
