namespace Guardrail.Simulation.Traffic.Randomness;

/// <summary>Binomial and multinomial draws: inversion while n·p is small, BTRS (Hörmann 1993) otherwise. Both exact.</summary>
public static class BinomialDistribution
{
    private const double Large = 10;

    /// <summary>Successes among <paramref name="n"/> trials.</summary>
    /// <param name="random">Source.</param>
    /// <param name="n">Number of trials, at least 0.</param>
    /// <param name="p">Probability of a success; values outside [0, 1] by rounding are taken as 0 or 1.</param>
    public static long NextBinomial(this RandomSource random, long n, double p)
    {
        if (n <= 0 || p <= 0)
        {
            return 0;
        }

        if (p >= 1)
        {
            return n;
        }

        if (p > 0.5)
        {
            return n - random.NextBinomial(n, 1 - p);
        }

        return n * p < Large ? Inversion(random, n, p) : TransformedRejection(random, n, p);
    }

    /// <summary>
    /// Deals <paramref name="n"/> things into <paramref name="counts"/> by <paramref name="weights"/>, as a chain of binomials; stops early
    /// when none is left. The counts always add up to n, unless all weights are 0: then nothing is dealt.
    /// </summary>
    /// <param name="random">Source.</param>
    /// <param name="n">Things to deal, at least 0.</param>
    /// <param name="weights">Weights, at least 0; they need not add up to 1.</param>
    /// <param name="counts">Receives the counts; as long as the weights.</param>
    public static void NextMultinomial(this RandomSource random, long n, ReadOnlySpan<double> weights, Span<long> counts)
    {
        counts.Clear();
        var left = 0.0;
        var last = -1;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0)
            {
                left += weights[i];
                last = i;
            }
        }

        for (var i = 0; i <= last && n > 0; i++)
        {
            if (weights[i] > 0)
            {
                var dealt = i == last ? n : random.NextBinomial(n, weights[i] / left);
                counts[i] = dealt;
                n -= dealt;
                left -= weights[i];
            }
        }
    }

    private static long Inversion(RandomSource random, long n, double p)
    {
        var odds = p / (1 - p);
        var first = Math.Exp(n * Math.Log(1 - p));
        while (true)
        {
            var u = random.NextDouble();
            var mass = first;
            // Beyond 110 the mass is below 1e-70 for n·p < 10: rounding, not chance, got there; draw again.
            for (var k = 0L; k <= Math.Min(n, 110); k++)
            {
                if (u < mass)
                {
                    return k;
                }

                u -= mass;
                mass *= odds * (n - k) / (k + 1);
            }
        }
    }

    private static long TransformedRejection(RandomSource random, long n, double p)
    {
        var deviation = Math.Sqrt(n * p * (1 - p));
        var b = 1.15 + (2.53 * deviation);
        var a = -0.0873 + (0.0248 * b) + (0.01 * p);
        var centre = (n * p) + 0.5;
        var squeeze = 0.92 - (4.2 / b);
        var alpha = (2.83 + (5.1 / b)) * deviation;
        var logOdds = Math.Log(p / (1 - p));
        var mode = (long)Math.Floor((n + 1) * p);
        var modeTerm = LogFactorial.Of(mode) + LogFactorial.Of(n - mode);
        while (true)
        {
            var u = random.NextDouble() - 0.5;
            var v = random.NextOpenDouble();
            var us = 0.5 - Math.Abs(u);
            var draw = Math.Floor((((2 * a / us) + b) * u) + centre);
            if (us >= 0.07 && v <= squeeze)
            {
                return (long)draw;
            }

            if (draw < 0 || draw > n)
            {
                continue;
            }

            var k = (long)draw;
            var bound = modeTerm - LogFactorial.Of(k) - LogFactorial.Of(n - k) + ((k - mode) * logOdds);
            if (Math.Log(v * alpha / ((a / (us * us)) + b)) <= bound)
            {
                return k;
            }
        }
    }
}
