using System.Numerics;

namespace Guardrail.Simulation.Traffic.Randomness;

/// <summary>
/// A deterministic source of random numbers: xoshiro256** (Blackman and Vigna 2021), its state filled by SplitMix64 from a
/// (seed, stream) pair. Equal pairs give equal numbers on every machine; different streams are independent for all practical purposes.
/// Not safe for use by two threads at once.
/// </summary>
public sealed class RandomSource
{
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    /// <summary>Makes the source of one stream.</summary>
    /// <param name="seed">Seed of the whole simulation.</param>
    /// <param name="stream">Number of the stream, so that every pod and service draws its own numbers.</param>
    public RandomSource(ulong seed, ulong stream)
    {
        var state = seed ^ Mix(stream + 0x9E3779B97F4A7C15UL);
        s0 = Next(ref state);
        s1 = Next(ref state);
        s2 = Next(ref state);
        s3 = Next(ref state);
    }

    /// <summary>Makes the source of a named stream.</summary>
    /// <param name="seed">Seed of the whole simulation.</param>
    /// <param name="stream">Name of the stream, such as <c>shop/checkout</c>.</param>
    public RandomSource(ulong seed, string stream)
        : this(seed, HashOf(stream))
    {
    }

    /// <summary>A new source whose numbers do not depend on how many this one has still to give; drawing it takes one number from this one.</summary>
    public RandomSource Split() => new(NextUInt64(), 0);

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in (0, 1), never 0, for logarithms.</summary>
    public double NextOpenDouble() => ((NextUInt64() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform integer in [0, <paramref name="bound"/>), without bias (Lemire 2019).</summary>
    /// <param name="bound">Exclusive upper bound, at least 1.</param>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var product = (ulong)(uint)(NextUInt64() >> 32) * (uint)bound;
        var low = (uint)product;
        if (low < (uint)bound)
        {
            var threshold = unchecked((uint)-bound) % (uint)bound;
            while (low < threshold)
            {
                product = (ulong)(uint)(NextUInt64() >> 32) * (uint)bound;
                low = (uint)product;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>The stream number of a name (FNV-1a over UTF-16 units), the same in every process.</summary>
    /// <param name="name">The name.</param>
    public static ulong HashOf(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in name)
        {
            hash = (hash ^ unit) * 1099511628211UL;
        }

        return hash;
    }

    private static ulong Next(ref ulong state) => Mix(state += 0x9E3779B97F4A7C15UL);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
