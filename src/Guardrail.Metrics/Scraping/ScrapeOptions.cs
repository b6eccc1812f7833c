namespace Guardrail.Metrics.Scraping;

/// <summary>How the pods' own metrics pages are read.</summary>
public sealed record ScrapeOptions
{
    /// <summary>Pods read at once, 1 to 512. Default 32.</summary>
    public int ConcurrentScrapes { get; init; } = 32;

    /// <summary>Longest wait for one pod's whole page, 50 ms to 1 min. Default 2 s.</summary>
    public TimeSpan TargetTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Longest time for all pods together; those not read by then are unread. At least the target timeout, at most 5 min. Default 10 s.
    /// </summary>
    public TimeSpan ReadBudget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest page after decompression, in bytes, 1 kB to 256 MB. Default 8 MB.</summary>
    public long LargestPage { get; init; } = 8 * 1024 * 1024;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, its range and the fix.</exception>
    public void Validate()
    {
        OptionCheck.Range(ConcurrentScrapes, 1, 512, nameof(ConcurrentScrapes));
        OptionCheck.Range(TargetTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1), nameof(TargetTimeout));
        OptionCheck.Range(ReadBudget, TargetTimeout, TimeSpan.FromMinutes(5), nameof(ReadBudget));
        OptionCheck.Range(LargestPage, 1024L, 256L * 1024 * 1024, nameof(LargestPage));
    }
}
