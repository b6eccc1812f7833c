using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>How the workload feed watches.</summary>
public sealed record FeedOptions
{
    /// <summary>How each watch behaves in time, and the clock of the feed.</summary>
    public required WatchOptions Watch { get; init; }

    /// <summary>How long a change waits for others of the same burst, at most 100 ms. Default 50 ms.</summary>
    public TimeSpan Gathering { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// From how many guarded namespaces on the whole cluster is watched instead of each namespace: fewer connections, but it takes a
    /// ClusterRole. Default 20.
    /// </summary>
    public int ClusterWideFrom { get; init; } = 20;

    /// <summary>The only workload that is watched, whatever the policies select; null, the default, watches what they select.</summary>
    public OwnWorkload? Only { get; init; }
}
