using System.Collections.Immutable;

namespace Guardrail.Simulation.Traffic;

/// <summary>
/// The cumulative counters of one run of a pod's process, as its instrumentation keeps them: whole numbers that only grow, until a
/// restart sets them to 0.
/// </summary>
public sealed class PodCounters
{
    private readonly long[] requests;
    private readonly long[] bins;
    private readonly long[] nanoseconds;
    private readonly int binsPerSeries;

    /// <summary>Makes counters that stand at 0.</summary>
    /// <param name="routes">Number of routes, at least 1.</param>
    /// <param name="edges">Upper histogram edges in seconds without +Inf; empty for counters without durations.</param>
    public PodCounters(int routes, ImmutableArray<double> edges)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(routes, 1);
        Routes = routes;
        Edges = edges;
        binsPerSeries = edges.Length + 1;
        requests = new long[routes * Outcomes.Count];
        nanoseconds = new long[routes * Outcomes.Count];
        bins = new long[routes * Outcomes.Count * binsPerSeries];
    }

    /// <summary>Number of routes.</summary>
    public int Routes { get; }

    /// <summary>Upper histogram edges in seconds, without +Inf.</summary>
    public ImmutableArray<double> Edges { get; }

    /// <summary>Orders so far.</summary>
    public long Orders { get; private set; }

    /// <summary>All requests so far.</summary>
    public long TotalRequests => Sum(requests);

    /// <summary>All requests so far that were answered 5xx.</summary>
    public long TotalErrors
    {
        get
        {
            var sum = 0L;
            for (var i = 0; i < requests.Length; i++)
            {
                sum += ((Outcome)(i % Outcomes.Count)).IsError() ? requests[i] : 0;
            }

            return sum;
        }
    }

    /// <summary>Requests of one route with one outcome.</summary>
    /// <param name="route">Number of the route, from 0.</param>
    /// <param name="outcome">The outcome.</param>
    public long Requests(int route, Outcome outcome) => requests[Series(route, outcome)];

    /// <summary>Requests of all routes with one outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    public long Requests(Outcome outcome)
    {
        var sum = 0L;
        for (var i = (int)outcome; i < requests.Length; i += Outcomes.Count)
        {
            sum += requests[i];
        }

        return sum;
    }

    /// <summary>Requests of all routes and outcomes that took longer than each edge.</summary>
    /// <param name="slower">Receives the counts, one per edge.</param>
    public void SlowerThanEach(Span<long> slower)
    {
        slower.Clear();
        for (var start = 0; start < bins.Length; start += binsPerSeries)
        {
            var sum = 0L;
            for (var edge = binsPerSeries - 2; edge >= 0; edge--)
            {
                sum += bins[start + edge + 1];
                slower[edge] += sum;
            }
        }
    }

    /// <summary>Requests of one route with one outcome that took no longer than an edge; the last edge is +Inf.</summary>
    /// <param name="route">Number of the route, from 0.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="edge">Index of the edge, from 0 to the number of edges.</param>
    public long AtMost(int route, Outcome outcome, int edge)
    {
        var start = Series(route, outcome) * binsPerSeries;
        return Sum(bins.AsSpan(start, edge + 1));
    }

    /// <summary>Requests of all routes and outcomes that took longer than an edge.</summary>
    /// <param name="edge">Index of the edge, from 0.</param>
    public long SlowerThan(int edge)
    {
        var sum = 0L;
        for (var start = 0; start < bins.Length; start += binsPerSeries)
        {
            sum += Sum(bins.AsSpan(start + edge + 1, binsPerSeries - edge - 1));
        }

        return sum;
    }

    /// <summary>
    /// Time that the requests of one route with one outcome took together, in seconds. A request counts with a typical time of its
    /// bucket, so quantiles are exact to a bucket and sums approximate.
    /// </summary>
    /// <param name="route">Number of the route, from 0.</param>
    /// <param name="outcome">The outcome.</param>
    public double SumSeconds(int route, Outcome outcome) => nanoseconds[Series(route, outcome)] / 1e9;

    /// <summary>Sets everything to 0, as a restart of the process does.</summary>
    public void Reset()
    {
        Array.Clear(requests);
        Array.Clear(bins);
        Array.Clear(nanoseconds);
        Orders = 0;
    }

    internal void Count(int route, Outcome outcome, long count) => requests[Series(route, outcome)] += count;

    internal void CountOrders(long count) => Orders += count;

    internal void Time(int route, Outcome outcome, int bin, long count)
    {
        var series = Series(route, outcome);
        bins[(series * binsPerSeries) + bin] += count;
        nanoseconds[series] += count * TypicalNanoseconds(bin);
    }

    private static long Sum(ReadOnlySpan<long> values)
    {
        var sum = 0L;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private long TypicalNanoseconds(int bin)
    {
        var low = bin == 0 ? Edges[0] / 4 : Edges[bin - 1];
        var high = bin == Edges.Length ? low * 2 : Edges[bin];
        return (long)(Math.Sqrt(low * high) * 1e9);
    }

    private static int Series(int route, Outcome outcome) => (route * Outcomes.Count) + (int)outcome;
}
