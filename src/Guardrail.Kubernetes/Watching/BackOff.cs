namespace Guardrail.Kubernetes.Watching;

/// <summary>Pauses that double with every fault in a row, half of each at random, so that many watches do not come back together.</summary>
internal sealed class BackOff(WatchOptions options)
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);
    private readonly Random jitter = new(options.Seed);
    private int faults;

    public void Reset() => faults = 0;

    /// <summary>The next pause; never shorter than the server asks for (at most 5 min of it).</summary>
    public TimeSpan Next(TimeSpan? retryAfter)
    {
        var full = Math.Min(options.LongestPause.TotalSeconds, options.FirstPause.TotalSeconds * Math.Pow(2, Math.Min(faults, 30)));
        faults++;
        var pause = TimeSpan.FromSeconds(full * (0.5 + (0.5 * jitter.NextDouble())));
        if (retryAfter is not { } asked || asked <= TimeSpan.Zero)
        {
            return pause;
        }

        asked = asked < LongestRetryAfter ? asked : LongestRetryAfter;
        return asked + (asked * 0.2 * jitter.NextDouble());
    }
}
