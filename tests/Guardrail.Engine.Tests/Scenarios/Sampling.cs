namespace Guardrail.Engine.Tests.Scenarios;

/// <summary>Draws counts from a seeded generator.</summary>
internal static class Sampling
{
    public static long Poisson(Random random, double mean)
    {
        if (mean > 500)
        {
            return Poisson(random, mean / 2) + Poisson(random, mean / 2);
        }

        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0L);
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }

    public static long Binomial(Random random, long trials, double probability)
    {
        var hits = 0L;
        for (var i = 0L; i < trials && probability > 0; i++)
        {
            hits += random.NextDouble() < probability ? 1 : 0;
        }

        return hits;
    }
}
