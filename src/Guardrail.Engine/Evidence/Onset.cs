namespace Guardrail.Engine.Evidence;

/// <summary>The tick in which a workload's trouble began to show.</summary>
/// <param name="From">When the workload was last known to serve as usual, on the observer's clock: the trouble is no older.</param>
/// <param name="Until">When it ended.</param>
/// <param name="Count">Bad events in it.</param>
/// <param name="Requests">Requests in it.</param>
/// <param name="Dispersion">Usual dispersion of the counts, at least 1.</param>
public readonly record struct Onset(DateTimeOffset From, DateTimeOffset Until, long Count, long Requests, double Dispersion)
{
    /// <summary>Share of the prior that expects a fault to show at once (the restart prior of detection.md 1.2).</summary>
    private const double AtOnce = 0.5;

    /// <summary>How long after becoming ready a pod may get its first requests.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>One fault in ten minutes sets in later.</summary>
    private static readonly TimeSpan Fading = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How well the trouble fits a revision that began to serve at a time, in nats, at most 0. Two things speak: half of all bad revisions are bad at
    /// once, the rest at any later time; and no more of the tick's requests can have failed by it than came after it began.
    /// </summary>
    /// <param name="serving">When the revision's first pod became ready.</param>
    /// <returns>Negative infinity when the revision began after the trouble's first tick.</returns>
    public double FitOf(DateTimeOffset serving)
    {
        if (serving >= Until)
        {
            return double.NegativeInfinity;
        }

        var length = (Until - From).TotalSeconds;
        var wait = From - serving;
        var hazard = Math.Min(0.5, length / Fading.TotalSeconds);
        var prior = wait <= Settling ? Math.Log(AtOnce) : Math.Log(AtOnce * hazard) - (wait / Fading);
        var possible = length > 0 ? Math.Clamp((Until - serving).TotalSeconds / length, 0, 1) : 1;
        return prior - (Excess(possible) / Dispersion);
    }

    /// <summary>Requests times the Kullback-Leibler divergence of the share that failed from the most that the revision can have caused; 0 below that.</summary>
    private double Excess(double possible)
    {
        if (Requests <= 0 || possible >= 1)
        {
            return 0;
        }

        var share = Math.Clamp((double)Count / Requests, 0, 1);
        if (share <= possible)
        {
            return 0;
        }

        var failed = share * Math.Log(share / possible);
        var passed = share < 1 ? (1 - share) * Math.Log((1 - share) / (1 - possible)) : 0;
        return Requests * (failed + passed);
    }
}
