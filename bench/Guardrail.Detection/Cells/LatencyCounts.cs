using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Cells;

/// <summary>Histograms of every pod: exact multinomial counts of a lognormal body with a Pareto tail.</summary>
internal sealed class LatencyCounts
{
    private readonly LatencyModel model;
    private readonly double[] edges;
    private readonly double[] logEdges;
    private readonly int routes;
    private readonly Shape[] shapes;
    private readonly long[] counters;
    private readonly long[] scraped;
    private readonly long[] sums;

    public LatencyCounts(LatencyModel model, int pods, int routes)
    {
        (this.model, this.routes) = (model, routes);
        edges = [.. model.Edges];
        logEdges = [.. edges.Select(edge => Math.Log(edge))];
        shapes = [.. Enumerable.Range(0, routes).Select(_ => new Shape(edges.Length))];
        counters = new long[pods * routes * edges.Length];
        scraped = new long[pods * routes * edges.Length];
        sums = routes == 1 ? scraped : new long[pods * edges.Length];
    }

    public ReadOnlySpan<double> Edges => edges;

    /// <summary>The last scraped counters of a pod over all routes.</summary>
    public ReadOnlySpan<long> Scraped(int pod) => sums.AsSpan(pod * edges.Length, edges.Length);

    /// <summary>The last scraped counters of one route of a pod.</summary>
    public ReadOnlySpan<long> Scraped(int pod, int route) => scraped.AsSpan(((pod * routes) + route) * edges.Length, edges.Length);

    public void Begin()
    {
        Array.Clear(counters);
        Array.Clear(scraped);
        Array.Clear(sums);
    }

    public void Restart(int pod) => Rows(counters, pod).Clear();

    public void Scrape(int pod)
    {
        Rows(counters, pod).CopyTo(Rows(scraped, pod));
        if (routes == 1)
        {
            return;
        }

        var sum = sums.AsSpan(pod * edges.Length, edges.Length);
        sum.Clear();
        for (var route = 0; route < routes; route++)
        {
            var row = Scraped(pod, route);
            for (var i = 0; i < row.Length; i++)
            {
                sum[i] += row[i];
            }
        }
    }

    /// <summary>Adds requests of a route; tells how many of them a defect slowed.</summary>
    public long Add(int pod, int route, long requests, double latencyFactor, in PodConditions conditions, RandomSource random)
    {
        var all = latencyFactor * conditions.LatencyFactor;
        var slow = conditions.SlowShare > 0 ? random.NextBinomial(requests, conditions.SlowShare) : 0;
        var shape = shapes[route];
        if (all != shape.Factor)
        {
            shape.Factor = all;
            Fill(shape.Above, all, 0);
        }

        var row = counters.AsSpan(((pod * routes) + route) * edges.Length, edges.Length);
        Deal(row, requests - slow, shape.Above, random);
        if (slow > 0)
        {
            if (all != shape.SlowFactor || conditions.SlowSeconds != shape.SlowBy)
            {
                (shape.SlowFactor, shape.SlowBy) = (all, conditions.SlowSeconds);
                Fill(shape.SlowAbove, all, shape.SlowBy);
            }

            Deal(row, slow, shape.SlowAbove, random);
        }

        return slow + (conditions.LatencyFactor > 1 ? requests - slow : 0);
    }

    // Of those above one edge, each is above the next with the ratio of the two probabilities: a chain of binomials.
    private static void Deal(Span<long> row, long requests, double[] beyond, RandomSource random)
    {
        var left = requests;
        var probability = 1.0;
        for (var i = 0; i < row.Length && left > 0; i++)
        {
            left = random.NextBinomial(left, beyond[i] / probability);
            row[i] += left;
            probability = beyond[i];
        }
    }

    private Span<long> Rows(long[] table, int pod) => table.AsSpan(pod * routes * edges.Length, routes * edges.Length);

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

    /// <summary>Probabilities to lie beyond each edge, kept while they hold.</summary>
    private sealed class Shape(int edges)
    {
        public double[] Above { get; } = new double[edges];

        public double[] SlowAbove { get; } = new double[edges];

        public double Factor { get; set; } = double.NaN;

        public double SlowFactor { get; set; } = double.NaN;

        public double SlowBy { get; set; } = double.NaN;
    }
}
