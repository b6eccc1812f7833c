namespace Guardrail.Simulation.Traffic.Randomness;

/// <summary>Gamma, Dirichlet and negative binomial draws.</summary>
public static class GammaDistribution
{
    /// <summary>One gamma number with scale 1 (Marsaglia and Tsang 2000; shapes below 1 by their power-of-a-uniform step).</summary>
    /// <param name="random">Source.</param>
    /// <param name="shape">Shape, above 0.</param>
    public static double NextGamma(this RandomSource random, double shape)
    {
        if (!(shape > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(shape), shape, "The shape of a gamma number is above 0.");
        }

        if (shape < 1)
        {
            return random.NextGamma(shape + 1) * Math.Pow(random.NextOpenDouble(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.NextNormal();
            var v = 1 + (c * x);
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            if (Math.Log(random.NextOpenDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    /// <summary>A negative binomial number: Poisson with a gamma mean.</summary>
    /// <param name="random">Source.</param>
    /// <param name="mean">Mean, at least 0.</param>
    /// <param name="dispersion">Variance over mean, at least 1; 1 is Poisson.</param>
    public static long NextNegativeBinomial(this RandomSource random, double mean, double dispersion) =>
        random.NextPoisson(mean * random.NextGammaMultiplier(mean, dispersion));

    /// <summary>
    /// A gamma number with mean 1 that, multiplied to the mean of a Poisson count, gives the count the variance
    /// <paramref name="dispersion"/> times its mean.
    /// </summary>
    /// <param name="random">Source.</param>
    /// <param name="mean">Mean of the count, at least 0.</param>
    /// <param name="dispersion">Variance over mean, at least 1.</param>
    public static double NextGammaMultiplier(this RandomSource random, double mean, double dispersion)
    {
        if (dispersion <= 1 || mean <= 0)
        {
            return 1;
        }

        var shape = mean / (dispersion - 1);
        return random.NextGamma(shape) / shape;
    }
}
