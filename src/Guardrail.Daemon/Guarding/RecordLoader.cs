using System.Text.Json;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Safety;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>Reads the records that a daemon before this one has left: rollouts that have not ended, and past rollbacks.</summary>
internal sealed partial class RecordLoader(RecordStore store, RecordWriter writer, Readiness readiness, TimeProvider time, ILogger logger)
{
    private const int LoadAttempts = 5;

    /// <inheritdoc cref="IRolloutJournal.LoadAsync"/>
    public async Task<LoadedRecords> LoadAsync(IReadOnlySet<string> namespaces, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromSeconds(1);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (open, rollbacks) = (new List<OpenRecord>(), new List<RollbackEntry>());
                foreach (var ns in namespaces)
                {
                    foreach (var record in await store.ListAllAsync(ns, cancellationToken).ConfigureAwait(false))
                    {
                        rollbacks.AddRange(RecordedRollbacks.Of(record));
                        if (record.Status?.IsOpen() ?? true)
                        {
                            open.Add(Open(record));
                        }
                    }
                }

                readiness.Records.Succeed();
                LogLoaded(open.Count, open.Count(o => o.Snapshot is not null));
                return new(open, rollbacks);
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
            {
                writer.Failed(fault, "the records could not be read");
                if (attempt == LoadAttempts)
                {
                    return LoadedRecords.None;
                }
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    private OpenRecord Open(GuardedRollout record)
    {
        var file = new RecordFile(store, time, record);
        try
        {
            return record.Status?.Checkpoint is { } checkpoint
                ? new(file, CheckpointCodec.Decode(checkpoint), checkpoint.At)
                : new(file, null, default);
        }
        catch (JsonException fault)
        {
            LogNoCheckpoint(record.Metadata.Name, fault.Message);
            return new(file, null, default);
        }
    }

    [LoggerMessage(60, LogLevel.Information, "Found {Records} records of rollouts that had not ended or whose rollback was still looked at, {Resumed} of them with a checkpoint")]
    private partial void LogLoaded(int records, int resumed);

    [LoggerMessage(61, LogLevel.Warning, "The record {Record} holds no usable checkpoint, its rollout begins anew: {Reason}")]
    private partial void LogNoCheckpoint(string record, string reason);
}
