using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Traffic;

/// <summary>The clusters of errors of one pod: bursts begin in proportion to its traffic and give off their failures over their spread.</summary>
internal sealed class BurstProcess(BurstModel model)
{
    private long pending;
    private TimeSpan ends;

    /// <summary>Failures that bursts cause in a step in which <paramref name="expectedBursts"/> begin on average.</summary>
    public long Next(TimeSpan from, TimeSpan to, double expectedBursts, RandomSource random)
    {
        if (model.PerHour == 0)
        {
            return 0;
        }

        for (var begun = random.NextPoisson(expectedBursts); begun > 0; begun--)
        {
            pending += Draw(random);
            ends = from + model.Spread;
        }

        if (pending == 0)
        {
            return 0;
        }

        var due = ends <= to ? pending : random.NextBinomial(pending, (to - from) / (ends - from));
        pending -= due;
        return due;
    }

    private long Draw(RandomSource random) => model.Size switch
    {
        BurstSize.Geometric geometric => random.NextGeometric(geometric.Mean),
        BurstSize.Pareto pareto => (long)Math.Min(pareto.Cap, random.NextPareto(pareto.Shape, 1)),
        _ => 1,
    };
}
