namespace Guardrail.Simulation.Traffic.Randomness;

/// <summary>Standard normal and lognormal draws, and the normal distribution function.</summary>
public static class NormalDistribution
{
    /// <summary>One standard normal number (Marsaglia's polar method; the second number of the pair is dropped, so a draw has no memory).</summary>
    /// <param name="random">Source.</param>
    public static double NextNormal(this RandomSource random)
    {
        while (true)
        {
            var u = (2 * random.NextDouble()) - 1;
            var v = (2 * random.NextDouble()) - 1;
            var s = (u * u) + (v * v);
            if (s is > 0 and < 1)
            {
                return u * Math.Sqrt(-2 * Math.Log(s) / s);
            }
        }
    }

    /// <summary>exp(<paramref name="sigma"/>·Z) times <paramref name="median"/>.</summary>
    /// <param name="random">Source.</param>
    /// <param name="median">Median of the distribution, above 0.</param>
    /// <param name="sigma">Standard deviation of the logarithm, at least 0.</param>
    public static double NextLogNormal(this RandomSource random, double median, double sigma) =>
        sigma == 0 ? median : median * Math.Exp(sigma * random.NextNormal());

    /// <summary>P(Z ≤ x) for a standard normal Z (Hart 1968 as given by West 2005; error below 1e-14).</summary>
    /// <param name="x">Any number.</param>
    public static double Cumulative(double x)
    {
        var a = Math.Abs(x);
        var upper = a > 37 ? 0 : Math.Exp(-a * a / 2) * TailRatio(a);
        return x > 0 ? 1 - upper : upper;
    }

    private static double TailRatio(double a)
    {
        if (a >= 7.07106781186547)
        {
            return 1 / (a + (1 / (a + (2 / (a + (3 / (a + (4 / (a + 0.65))))))))) / 2.506628274631;
        }

        var numerator = (((((((((((0.0352624965998911 * a) + 0.700383064443688) * a) + 6.37396220353165) * a) + 33.912866078383) * a)
            + 112.079291497871) * a) + 221.213596169931) * a) + 220.206867912376;
        var denominator = (((((((((((((0.0883883476483184 * a) + 1.75566716318264) * a) + 16.064177579207) * a) + 86.7807322029461) * a)
            + 296.564248779674) * a) + 637.333633378831) * a) + 793.826512519948) * a) + 440.413735824752;
        return numerator / denominator;
    }
}
