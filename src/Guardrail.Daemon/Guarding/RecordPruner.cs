using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>Deletes the oldest records of a workload beyond the number that its policy keeps; never one of a rollout that has not ended.</summary>
internal sealed partial class RecordPruner(RecordStore store, ILogger<RecordPruner> logger)
{
    /// <summary>Best effort: what cannot be deleted now is so after the next rollout.</summary>
    public async Task PruneAsync(WorkloadId workload, int history, CancellationToken cancellationToken)
    {
        try
        {
            var ended = (await store.ListAsync(workload, cancellationToken).ConfigureAwait(false)).Where(r => r.Status?.Outcome is not null)
                .OrderByDescending(r => r.Status!.EndedAt).ThenByDescending(r => r.Spec.Number);
            foreach (var old in ended.Skip(Math.Max(1, history)))
            {
                await store.DeleteAsync(old, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault))
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogNotPruned(workload, ApiFaults.Describe(fault, RecordStore.RequestLimit));
            }
        }
    }

    [LoggerMessage(64, LogLevel.Warning, "Old records of {Workload} could not be deleted: {Reason}")]
    private partial void LogNotPruned(WorkloadId workload, string reason);
}
