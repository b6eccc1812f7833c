using System.Collections.Immutable;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Replay;

/// <summary>What one revision did in one tick.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Errors">Errors among them.</param>
/// <param name="Slower">Requests slower than each edge; empty when latency is not known.</param>
internal sealed record Batch(long Requests, long Errors, ImmutableArray<long> Slower)
{
    /// <summary>Nothing.</summary>
    public static Batch None(int edges) => new(0, 0, [.. new long[edges]]);

    /// <summary>Counts of single requests.</summary>
    public static Batch Of(IReadOnlyCollection<double> seconds, ImmutableArray<double> edges) =>
        new(seconds.Count, 0, [.. edges.Select(edge => (long)seconds.Count(value => value > edge))]);

    /// <summary>The sum of two.</summary>
    public Batch Plus(Batch other) => new(
        Requests + other.Requests, Errors + other.Errors, [.. Slower.Zip(other.Slower, (first, second) => first + second)]);

    /// <summary>
    /// Deals the requests out at random, each to one of two with a probability for the first. Where latency is known each bucket is dealt by itself, and
    /// errors fall on the requests of either part alike.
    /// </summary>
    public (Batch First, Batch Second) Split(double probability, RandomSource random)
    {
        var slower = new long[Slower.Length];
        long beyond = 0;
        for (var i = slower.Length - 1; i >= 0; i--)
        {
            beyond += random.NextBinomial(Slower[i] - (i + 1 < Slower.Length ? Slower[i + 1] : 0), probability);
            slower[i] = beyond;
        }

        var (requests, errors) = Slower.IsEmpty ? Outcomes(probability, random) : Outcomes(beyond + random.NextBinomial(Requests - Slower[0], probability), random);
        return (
            new(requests, errors, [.. slower]),
            new(Requests - requests, Errors - errors, [.. Slower.Zip(slower, (all, part) => all - part)]));
    }

    private (long Requests, long Errors) Outcomes(double probability, RandomSource random)
    {
        var errors = random.NextBinomial(Errors, probability);
        return (errors + random.NextBinomial(Requests - Errors, probability), errors);
    }

    private (long Requests, long Errors) Outcomes(long requests, RandomSource random)
    {
        var errors = Requests == 0 ? 0 : random.NextBinomial(Errors, (double)requests / Requests);
        return (requests, Math.Clamp(errors, Math.Max(0, Errors - (Requests - requests)), Math.Min(Errors, requests)));
    }

    /// <summary>Deals the requests out evenly at random.</summary>
    public ImmutableArray<Batch> Split(int parts, RandomSource random)
    {
        var split = ImmutableArray.CreateBuilder<Batch>(parts);
        var rest = this;
        for (var i = parts; i > 1; i--)
        {
            (var first, rest) = rest.Split(1.0 / i, random);
            split.Add(first);
        }

        split.Add(rest);
        return split.MoveToImmutable();
    }
}
