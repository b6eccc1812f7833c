using Guardrail.Engine.Policies;

namespace Guardrail.Metrics.Prometheus;

/// <summary>Where the Prometheus-compatible API is and how patiently it is asked.</summary>
public sealed record PrometheusOptions
{
    /// <summary>
    /// Base address, http or https, with the path prefix if there is one (<c>http://mimir/prometheus</c>). Without credentials.
    /// </summary>
    public required Uri Address { get; init; }

    /// <summary>Longest wait for one complete answer, 100 ms to 2 min. Default 5 s.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest time for one query with all its retries; best no longer than two ticks. At least the query timeout, at most 5 min. Default 8
    /// s.
    /// </summary>
    public TimeSpan ReadBudget { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Retries of a query after a transient fault, 0 to 10. Default 2.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Wait before the first retry, doubled with each and spread by half of it either way; 1 ms to 10 s. Default 200 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest time for which a Retry-After of the server is honoured, up to 1 h. Default 2 min.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Largest body of an answer after decompression, in bytes, 1 kB to 1 GB. Default 64 MB.</summary>
    public long LargestBody { get; init; } = 64 * 1024 * 1024;

    /// <summary>Queries under way at once, 1 to 64. Default 4.</summary>
    public int ConcurrentQueries { get; init; } = 4;

    /// <summary>
    /// Age at which a pod's counters count as stale, 1 s to 1 h; never less than three of the scrape intervals seen. Default 60 s.
    /// </summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Difference of clocks above which observers are told, 100 ms to 1 h. Default 5 s.</summary>
    public TimeSpan LargestClockSkew { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Transient faults in half a minute, with hardly a success between, after which the server is left alone; 2 to 1000. Default 6.
    /// </summary>
    public int FaultsToBreak { get; init; } = 6;

    /// <summary>How long the server is left alone then, 500 ms to 5 min. Default 10 s.</summary>
    public TimeSpan BreakDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Labels that tell two copies of the same endpoint apart: the scrape job and the replicas of the metrics system. Series of one
    /// instance that
    /// differ in one of them are the same counter twice, and the pod is unread. At most 16. Default: job, container, prometheus,
    /// prometheus_replica, replica.
    /// </summary>
    public EquatableList<string> CopyLabels { get; init; } = ["job", "container", "prometheus", "prometheus_replica", "replica"];

    /// <summary>Samples that one answer of a backfill may hold, 1,000 to 50 million. Default 400,000.</summary>
    public int BackfillSamples { get; init; } = 400_000;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, its range and the fix.</exception>
    public void Validate()
    {
        OptionCheck.HttpAddress(Address, nameof(Address));
        OptionCheck.Range(QueryTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2), nameof(QueryTimeout));
        OptionCheck.Range(ReadBudget, QueryTimeout, TimeSpan.FromMinutes(5), nameof(ReadBudget));
        OptionCheck.Range(Retries, 0, 10, nameof(Retries));
        OptionCheck.Range(RetryDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), nameof(RetryDelay));
        OptionCheck.Range(LongestRetryAfter, TimeSpan.Zero, TimeSpan.FromHours(1), nameof(LongestRetryAfter));
        OptionCheck.Range(LargestBody, 1024L, 1024L * 1024 * 1024, nameof(LargestBody));
        OptionCheck.Range(ConcurrentQueries, 1, 64, nameof(ConcurrentQueries));
        OptionCheck.Range(StaleAfter, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(StaleAfter));
        OptionCheck.Range(LargestClockSkew, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), nameof(LargestClockSkew));
        OptionCheck.Range(FaultsToBreak, 2, 1000, nameof(FaultsToBreak));
        OptionCheck.Range(BreakDuration, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(5), nameof(BreakDuration));
        OptionCheck.Range(CopyLabels.Count, 0, 16, nameof(CopyLabels));
        OptionCheck.Range(BackfillSamples, 1_000, 50_000_000, nameof(BackfillSamples));
    }
}
