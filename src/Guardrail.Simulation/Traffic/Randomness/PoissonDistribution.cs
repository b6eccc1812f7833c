namespace Guardrail.Simulation.Traffic.Randomness;

/// <summary>Poisson draws: multiplication of uniforms for small means, PTRS (Hörmann 1993) for large ones. Both exact.</summary>
public static class PoissonDistribution
{
    private const double Large = 10;

    /// <summary>One Poisson number.</summary>
    /// <param name="random">Source.</param>
    /// <param name="mean">Mean, at least 0 and at most 1e15.</param>
    public static long NextPoisson(this RandomSource random, double mean)
    {
        if (!(mean is >= 0 and <= 1e15))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean of a Poisson number lies between 0 and 1e15.");
        }

        return mean == 0 ? 0 : mean < Large ? Small(random, mean) : TransformedRejection(random, mean);
    }

    private static long Small(RandomSource random, double mean)
    {
        var limit = Math.Exp(-mean);
        var product = random.NextOpenDouble();
        var count = 0L;
        while (product > limit)
        {
            count++;
            product *= random.NextOpenDouble();
        }

        return count;
    }

    private static long TransformedRejection(RandomSource random, double mean)
    {
        var logMean = Math.Log(mean);
        var b = 0.931 + (2.53 * Math.Sqrt(mean));
        var a = -0.059 + (0.02483 * b);
        var inverseAlpha = 1.1239 + (1.1328 / (b - 3.4));
        var squeeze = 0.9277 - (3.6224 / (b - 2));
        while (true)
        {
            var u = random.NextDouble() - 0.5;
            var v = random.NextOpenDouble();
            var us = 0.5 - Math.Abs(u);
            var k = Math.Floor((((2 * a / us) + b) * u) + mean + 0.43);
            if (us >= 0.07 && v <= squeeze)
            {
                return (long)k;
            }

            if (k < 0 || (us < 0.013 && v > us))
            {
                continue;
            }

            if (Math.Log(v * inverseAlpha / ((a / (us * us)) + b)) <= (k * logMean) - mean - LogFactorial.Of((long)k))
            {
                return (long)k;
            }
        }
    }
}
