using System.Collections.Immutable;
using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Traffic;

/// <summary>Probability of every histogram bucket for one multiplier of the latency; kept until the multiplier changes.</summary>
internal sealed class LatencyTable
{
    private readonly LatencyModel model;
    private readonly double[] bins;
    private double multiplier = double.NaN;
    private double extra;

    public LatencyTable(LatencyModel model)
    {
        this.model = model;
        bins = new double[model.Edges.Length + 1];
    }

    public ImmutableArray<double> Edges => model.Edges;

    public ReadOnlySpan<double> Bins(double latencyMultiplier, double extraSeconds)
    {
        if (latencyMultiplier != multiplier || extraSeconds != extra)
        {
            (multiplier, extra) = (latencyMultiplier, extraSeconds);
            Fill();
        }

        return bins;
    }

    public int BinOf(double seconds)
    {
        var bin = 0;
        while (bin < Edges.Length && seconds > Edges[bin])
        {
            bin++;
        }

        return bin;
    }

    private void Fill()
    {
        var below = 0.0;
        var logMedian = Math.Log(model.MedianSeconds * multiplier);
        var logTailStart = Math.Log(model.TailStartSeconds * multiplier);
        for (var i = 0; i < Edges.Length; i++)
        {
            var upTo = Edges[i] <= extra ? 0 : AtMost(Math.Log(Edges[i] - extra), logMedian, logTailStart);
            bins[i] = Math.Max(0, upTo - below);
            below = upTo;
        }

        bins[^1] = Math.Max(0, 1 - below);
    }

    private double AtMost(double logSeconds, double logMedian, double logTailStart)
    {
        var body = NormalDistribution.Cumulative((logSeconds - logMedian) / model.Sigma);
        if (model.TailShare == 0)
        {
            return body;
        }

        var tail = logSeconds <= logTailStart ? 0 : 1 - Math.Exp(-model.TailShape * (logSeconds - logTailStart));
        return ((1 - model.TailShare) * body) + (model.TailShare * tail);
    }
}
