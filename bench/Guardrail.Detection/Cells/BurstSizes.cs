using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Cells;

/// <summary>Sizes of incidents.</summary>
internal static class BurstSizes
{
    /// <summary>The mean size.</summary>
    public static double Mean(BurstSize size) => size switch
    {
        BurstSize.Geometric geometric => geometric.Mean,
        BurstSize.Pareto pareto => ParetoMean(pareto.Shape, pareto.Cap),
        _ => throw new NotSupportedException($"Bursts of kind {size.GetType().Name} are not known here."),
    };

    /// <summary>One size.</summary>
    public static long Draw(BurstSize size, RandomSource random) => size switch
    {
        BurstSize.Geometric geometric => random.NextGeometric(geometric.Mean),
        BurstSize.Pareto pareto => (long)Math.Min(pareto.Cap, random.NextPareto(pareto.Shape, 1)),
        _ => throw new NotSupportedException($"Bursts of kind {size.GetType().Name} are not known here."),
    };

    // The size is the whole part of a Pareto number, at most the cap: its mean is the sum of P(X >= k).
    private static double ParetoMean(double shape, double cap)
    {
        double sum = 0;
        for (var k = 1; k <= (int)cap; k++)
        {
            sum += Math.Pow(k, -shape);
        }

        return sum;
    }
}
