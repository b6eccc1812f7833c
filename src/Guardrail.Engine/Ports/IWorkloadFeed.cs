using System.Collections.Immutable;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Ports;

/// <summary>What the cluster says of the guarded workloads: first everything, then every change.</summary>
public interface IWorkloadFeed
{
    /// <summary>Follows the workloads until cancelled. Faults of the cluster are retried and told as <see cref="WorkloadChange.Unreachable"/>.</summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    IAsyncEnumerable<WorkloadChange> WatchAsync(CancellationToken cancellationToken);
}

/// <summary>One message of the feed. Consumers hold their own state and compare: a deletion during a gap shows in the next snapshot.</summary>
public abstract record WorkloadChange
{
    private WorkloadChange()
    {
    }

    /// <summary>All guarded workloads as they are; replaces what was known. Sent first and after every gap.</summary>
    /// <param name="Workloads">Every workload in scope.</param>
    public sealed record Snapshot(ImmutableArray<WorkloadView> Workloads) : WorkloadChange;

    /// <summary>One workload as it is now, new or changed.</summary>
    /// <param name="Workload">Its whole state.</param>
    public sealed record Changed(WorkloadView Workload) : WorkloadChange;

    /// <summary>A workload that is gone or has left the selector.</summary>
    /// <param name="Workload">Its name.</param>
    public sealed record Removed(WorkloadId Workload) : WorkloadChange;

    /// <summary>The cluster cannot be reached; what was known may be old. A later message of another kind ends it.</summary>
    /// <param name="Reason">Why, in one sentence for people.</param>
    public sealed record Unreachable(string Reason) : WorkloadChange;
}
