namespace Guardrail.Detection.Cells;

/// <summary>The counters of one pod, route by route, and what was last scraped of them.</summary>
/// <param name="routes">Routes, at least 1.</param>
internal sealed class PodTally(int routes)
{
    private readonly long[] requests = new long[routes];
    private readonly long[] errors = new long[routes];
    private readonly long[] good = new long[routes];
    private readonly long[] readRequests = new long[routes];
    private readonly long[] readErrors = new long[routes];
    private readonly long[] readGood = new long[routes];
    private readonly double[] lastRate = new double[routes];
    private readonly double[] lastErrors = new double[routes];

    /// <summary>Number of routes; 1 when requests are not told apart.</summary>
    public int Routes => routes;

    /// <summary>Requests over all routes at the last scrape.</summary>
    public long Requests => Sum(readRequests);

    /// <summary>Errors over all routes at the last scrape.</summary>
    public long Errors => Sum(readErrors);

    /// <summary>Good events over all routes at the last scrape.</summary>
    public long Good => Sum(readGood);

    /// <summary>One route at the last scrape.</summary>
    public (long Requests, long Errors, long Good) Read(int route) => (readRequests[route], readErrors[route], readGood[route]);

    /// <summary>Rate of requests and share of errors in the tick before.</summary>
    public (double Rate, double Errors) Last(int route) => (lastRate[route], lastErrors[route]);

    public void Begin()
    {
        Restart();
        Array.Clear(lastErrors);
        Scrape();
    }

    public void Restart()
    {
        Array.Clear(requests);
        Array.Clear(errors);
        Array.Clear(good);
        Array.Clear(lastRate);
    }

    public void Count(int route, long more, long moreErrors, long moreGood, double rate, double errorRate)
    {
        requests[route] += more;
        errors[route] += moreErrors;
        good[route] += moreGood;
        (lastRate[route], lastErrors[route]) = (rate, errorRate);
    }

    public void Scrape()
    {
        requests.CopyTo(readRequests, 0);
        errors.CopyTo(readErrors, 0);
        good.CopyTo(readGood, 0);
    }

    private static long Sum(long[] counts)
    {
        long sum = 0;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
