namespace Guardrail.Detection.Peers.Sequential;

/// <summary>
/// Half-width of a time-uniform confidence band around an empirical distribution function (Howard and Ramdas 2022,
/// "Sequential estimation of quantiles", the iterated-logarithm bound): A·sqrt((ln(1+ln(n/m))+C)/n) for all n ≥ m at once.
/// </summary>
public sealed class DkwBand
{
    private const double A = 0.85;

    private readonly double start;
    private readonly double c;

    /// <summary>Makes a band.</summary>
    /// <param name="alpha">Probability that the band is ever left, between 0 and 1.</param>
    /// <param name="start">m: observations from which on it holds, at least 1.</param>
    public DkwBand(double alpha, double start)
    {
        this.start = start;
        c = Constant(alpha);
    }

    /// <summary>The half-width after <paramref name="observations"/>; infinite below m.</summary>
    public double Width(long observations) => observations < start
        ? double.PositiveInfinity
        : A * Math.Sqrt((Math.Log(1 + Math.Log(observations / start)) + c) / observations);

    /// <summary>The constant C for a level: the smallest for which some η keeps the crossing probability at or below it.</summary>
    public static double Constant(double alpha)
    {
        var (low, high) = (1.0, 200.0);
        for (var i = 0; i < 200; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Smallest(middle) > alpha ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static double Smallest(double c)
    {
        // The crossing probability falls and rises again in η: a fine grid, then golden-section refinement, is exact enough.
        var best = double.PositiveInfinity;
        var at = 1.0;
        for (var eta = 1.001; eta < 3; eta *= 1.001)
        {
            var value = Crossing(eta, c);
            (best, at) = value < best ? (value, eta) : (best, at);
        }

        var (low, high) = (Math.Max(1.0001, at / 1.001), at * 1.001);
        for (var i = 0; i < 60; i++)
        {
            var (first, second) = (high - (0.618 * (high - low)), low + (0.618 * (high - low)));
            (low, high) = Crossing(first, c) < Crossing(second, c) ? (low, second) : (first, high);
        }

        return Math.Min(best, Crossing((low + high) / 2, c));
    }

    private static double Crossing(double eta, double c)
    {
        var inner = A - Math.Sqrt(2 * (eta - 1) / c);
        var gamma = 2 / eta * inner * inner;
        return inner <= 0 || gamma <= 1 ? double.PositiveInfinity : 4 * Math.Exp(-gamma * c) * (1 + (1 / ((gamma - 1) * Math.Log(eta))));
    }
}
