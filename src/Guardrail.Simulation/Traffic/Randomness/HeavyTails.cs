namespace Guardrail.Simulation.Traffic.Randomness;

/// <summary>Geometric and Pareto draws: sizes of clusters of errors.</summary>
public static class HeavyTails
{
    /// <summary>Trials up to and with the first success, at least 1.</summary>
    /// <param name="random">Source.</param>
    /// <param name="mean">Mean, at least 1.</param>
    public static long NextGeometric(this RandomSource random, double mean)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mean, 1);
        return mean == 1 ? 1 : 1 + (long)Math.Floor(Math.Log(random.NextOpenDouble()) / Math.Log(1 - (1 / mean)));
    }

    /// <summary>A Pareto number, at least <paramref name="scale"/>.</summary>
    /// <param name="random">Source.</param>
    /// <param name="shape">Tail index, above 0; below 1 there is no mean.</param>
    /// <param name="scale">Smallest value, above 0.</param>
    public static double NextPareto(this RandomSource random, double shape, double scale) =>
        scale * Math.Pow(random.NextOpenDouble(), -1 / shape);
}
