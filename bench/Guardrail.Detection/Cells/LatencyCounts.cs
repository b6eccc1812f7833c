using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Cells;

/// <summary>Histograms of every pod: exact multinomial counts of a lognormal body with a Pareto tail.</summary>
internal sealed class LatencyCounts
{
    private readonly LatencyModel model;
    private readonly double[] edges;
    private readonly double[] logEdges;
    private readonly double[] above;
    private readonly double[] slowAbove;
    private readonly long[] counters;
    private readonly long[] scraped;
    private double factor = double.NaN;
    private double slowFactor = double.NaN;
    private double slowBy = double.NaN;

    public LatencyCounts(LatencyModel model, int pods)
    {
        this.model = model;
        edges = [.. model.Edges];
        logEdges = [.. edges.Select(edge => Math.Log(edge))];
        above = new double[edges.Length];
        slowAbove = new double[edges.Length];
        counters = new long[pods * edges.Length];
        scraped = new long[pods * edges.Length];
    }

    public ReadOnlySpan<double> Edges => edges;

    public ReadOnlySpan<long> Scraped(int pod) => scraped.AsSpan(pod * edges.Length, edges.Length);

    public void Begin()
    {
        Array.Clear(counters);
        Array.Clear(scraped);
    }

    public void Restart(int pod) => counters.AsSpan(pod * edges.Length, edges.Length).Clear();

    public void Scrape(int pod) =>
        counters.AsSpan(pod * edges.Length, edges.Length).CopyTo(scraped.AsSpan(pod * edges.Length, edges.Length));

    /// <summary>Adds requests; tells how many of them a defect slowed.</summary>
    public long Add(int pod, long requests, double latencyFactor, in PodConditions conditions, RandomSource random)
    {
        var all = latencyFactor * conditions.LatencyFactor;
        var slow = conditions.SlowShare > 0 ? random.NextBinomial(requests, conditions.SlowShare) : 0;
        if (all != factor)
        {
            factor = all;
            Fill(above, all, 0);
        }

        Deal(pod, requests - slow, above, random);
        if (slow > 0)
        {
            if (all != slowFactor || conditions.SlowSeconds != slowBy)
            {
                (slowFactor, slowBy) = (all, conditions.SlowSeconds);
                Fill(slowAbove, all, slowBy);
            }

            Deal(pod, slow, slowAbove, random);
        }

        return slow + (conditions.LatencyFactor > 1 ? requests - slow : 0);
    }

    // Of those above one edge, each is above the next with the ratio of the two probabilities: a chain of binomials.
    private void Deal(int pod, long requests, double[] beyond, RandomSource random)
    {
        var left = requests;
        var probability = 1.0;
        var row = counters.AsSpan(pod * edges.Length, edges.Length);
        for (var i = 0; i < row.Length && left > 0; i++)
        {
            left = random.NextBinomial(left, beyond[i] / probability);
            row[i] += left;
            probability = beyond[i];
        }
    }

    private void Fill(double[] beyond, double multiplier, double extra)
    {
        var logMedian = Math.Log(model.MedianSeconds * multiplier);
        var logTail = Math.Log(model.TailStartSeconds * multiplier);
        for (var i = 0; i < edges.Length; i++)
        {
            var log = extra == 0 ? logEdges[i] : edges[i] > extra ? Math.Log(edges[i] - extra) : double.NegativeInfinity;
            var body = 1 - NormalDistribution.Cumulative((log - logMedian) / model.Sigma);
            var tail = log <= logTail ? 1 : Math.Exp(-model.TailShape * (log - logTail));
            beyond[i] = ((1 - model.TailShare) * body) + (model.TailShare * tail);
        }
    }
}
