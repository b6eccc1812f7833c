namespace Guardrail.Detection.Cells;

/// <summary>What is known of one pod after a tick, as the last successful scrape told it. The counters are cumulative and may be reset.</summary>
/// <param name="IsCanary">Whether the pod is of the new revision.</param>
/// <param name="IsServing">Whether the pod serves now.</param>
/// <param name="IsFresh">Whether it was scraped in this tick.</param>
/// <param name="ScrapedAt">Seconds since the start of the rollout of the last scrape; before the rollout below 0.</param>
/// <param name="ReadySince">Seconds since the start of the rollout at which it became ready.</param>
/// <param name="Requests">Requests counted.</param>
/// <param name="Errors">Errors among them.</param>
/// <param name="Restarts">Restarts so far.</param>
public readonly record struct PodSample(
    bool IsCanary, bool IsServing, bool IsFresh, double ScrapedAt, double ReadySince, long Requests, long Errors, int Restarts)
{
    /// <summary>Good events counted.</summary>
    public long Good { get; init; }
}

/// <summary>What the cluster shows of a pod.</summary>
/// <param name="IsServing">Whether it serves.</param>
/// <param name="ReadySince">Seconds since the start of the rollout at which it became ready; negative infinity when long before.</param>
/// <param name="Restarts">Restarts so far.</param>
/// <param name="WasKilled">Whether the last of them was an out-of-memory kill, which is all that a pod's status remembers.</param>
internal readonly record struct PodShown(bool IsServing, double ReadySince, int Restarts, bool WasKilled);

/// <summary>What really happened in a tick, scraped or not.</summary>
/// <param name="ControlRequests">Requests that reached the old revision.</param>
/// <param name="ControlBad">Those that failed, or were slowed by a defect.</param>
/// <param name="CanaryRequests">Requests that reached the new revision.</param>
/// <param name="CanaryBad">Those that failed, were slowed by a defect, vanished, or lost their good event.</param>
public readonly record struct TickTruth(long ControlRequests, long ControlBad, long CanaryRequests, long CanaryBad);
