namespace Guardrail.Detection.Recorded.ChangeRca;

/// <summary>Requests and errors guessed from a percentage that was all that was recorded.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Errors">Errors among them.</param>
public readonly record struct FractionCounts(long Requests, long Errors)
{
    private const int MostRequests = 1000;

    // The recordings cut or round to three decimals, or to four significant digits in places.
    private const double Tolerance = 0.0051;

    /// <summary>
    /// The smallest counts whose ratio is the percentage as recorded; null when the percentage is 0 or 100, which says nothing of the
    /// number of requests, or fits no ratio of fewer than a thousand.
    /// </summary>
    /// <param name="successPercent">Share of successes in percent, from 0 to 100.</param>
    public static FractionCounts? Smallest(double successPercent)
    {
        if (successPercent is <= 0 or >= 100)
        {
            return null;
        }

        for (long n = 2; n <= MostRequests; n++)
        {
            var good = Math.Round(successPercent * n / 100);
            if (Math.Abs((100 * good / n) - successPercent) < Tolerance && good > 0 && good < n)
            {
                return new(n, n - (long)good);
            }
        }

        return null;
    }

    /// <summary>Counts of a percentage: its own smallest ones, or those of <paramref name="usual"/> requests where it says nothing.</summary>
    /// <param name="successPercent">Share of successes in percent, from 0 to 100.</param>
    /// <param name="usual">Requests usual for the service and caller.</param>
    public static FractionCounts Of(double successPercent, long usual) =>
        Smallest(successPercent) is { } counts
            ? counts.Raised(usual)
            : new(usual, (long)Math.Round(usual * (1 - (successPercent / 100))));

    /// <summary>
    /// The multiple nearest to the usual number: 1 of 2 is more likely to have been 8 of 16 where 17 requests are usual. Never less.
    /// </summary>
    private FractionCounts Raised(long usual)
    {
        var times = Math.Max(1, (long)Math.Round((double)usual / Requests));
        return new(Requests * times, Errors * times);
    }

    /// <summary>The median of the smallest counts of several percentages, at least <paramref name="floor"/>.</summary>
    /// <param name="successPercents">The percentages.</param>
    /// <param name="floor">Number to take where the percentages say nothing.</param>
    public static long Usual(IEnumerable<double?> successPercents, long floor)
    {
        long[] known = [.. successPercents.Select(percent => percent is { } value ? Smallest(value)?.Requests ?? 0 : 0).Where(n => n > 0).Order()];
        return known.Length == 0 ? floor : Math.Max(floor, known[known.Length / 2]);
    }
}
