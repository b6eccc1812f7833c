namespace Guardrail.Statistics.Tests;

/// <summary>A small seeded generator (SplitMix64), the same numbers on every platform and framework.</summary>
internal sealed class Seeded(ulong seed)
{
    private ulong state = seed;

    /// <summary>Uniform, strictly between 0 and 1.</summary>
    public double Uniform()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (((z ^ (z >> 31)) >> 11) + 0.5) / (1UL << 53);
    }

    public double Normal() => Math.Sqrt(-2 * Math.Log(Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    public long Poisson(double mean)
    {
        if (mean > 500)
        {
            return Math.Max(0, (long)Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        }

        var (count, product, limit) = (-1L, 1.0, Math.Exp(-mean));
        do
        {
            product *= Uniform();
            count++;
        }
        while (product > limit);
        return count;
    }

    public long Binomial(long n, double p)
    {
        var count = 0L;
        for (var i = 0L; i < n; i++)
        {
            count += Uniform() < p ? 1 : 0;
        }

        return count;
    }

    /// <summary>1, 2, … with the given mean.</summary>
    public long Geometric(double mean) => mean <= 1 ? 1 : 1 + (long)(Math.Log(Uniform()) / Math.Log(1 - (1 / mean)));

    /// <summary>1, 2, … up to <paramref name="most"/>, with tail x^-shape.</summary>
    public long Pareto(double shape, long most) => Math.Min(most, (long)Math.Pow(Uniform(), -1 / shape));

    /// <summary>Events in incidents: a Poisson number of them, each of a random size.</summary>
    public long Incidents(double mean, Func<Seeded, long> size)
    {
        var (events, incidents) = (0L, Poisson(mean));
        for (var i = 0; i < incidents; i++)
        {
            events += size(this);
        }

        return events;
    }
}
