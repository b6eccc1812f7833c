using Guardrail.Daemon.Health;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>Writes records, a bounded number at once, says when it cannot, and tells <c>over</c> of each that stands in the cluster as it is here.</summary>
internal sealed partial class RecordWriter(Readiness readiness, Func<JournalEntry, CancellationToken, Task> over, ILogger logger) : IDisposable
{
    private const int MostWritesAtOnce = 16;

    private readonly SemaphoreSlim writes = new(MostWritesAtOnce);
    private readonly CancellationTokenSource dead = new();

    /// <summary>Cancelled once nothing is written any more.</summary>
    public CancellationToken Dead => dead.Token;

    /// <summary>Writes what is not written yet, in the background; what fails is tried again when scheduled again.</summary>
    public void Schedule(JournalEntry entry)
    {
        if (!dead.IsCancellationRequested && entry.Queue())
        {
            _ = Task.Run(async () =>
            {
                var written = true;
                while (written && entry.File.IsDirty)
                {
                    written = await TryWriteAsync(entry).ConfigureAwait(false);
                }

                entry.Unqueue();
                if (written && entry.File.IsDirty)
                {
                    // Edited after the last look.
                    Schedule(entry);
                }
            });
        }
    }

    /// <summary>Writes an entry; false when it failed, of which the log and the readiness tell.</summary>
    public async Task<bool> TryWriteAsync(JournalEntry entry)
    {
        try
        {
            await WriteAsync(entry, dead.Token).ConfigureAwait(false);
            await over(entry, dead.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) || fault is ObjectDisposedException)
        {
            if (!dead.IsCancellationRequested)
            {
                Failed(fault, $"the record of {entry.File.Rollout} could not be written");
            }

            return false;
        }
    }

    /// <summary>Writes an entry.</summary>
    /// <exception cref="Exception">What the API server or the way to it said, see <see cref="ApiFaults.IsOne"/>.</exception>
    public async Task WriteAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        await writes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!entry.Pack())
            {
                LogTooLarge(entry.File.Name, RecordLimits.Checkpoint);
            }

            await entry.File.WriteAsync(cancellationToken).ConfigureAwait(false);
            readiness.Records.Succeed();
        }
        finally
        {
            writes.Release();
        }
    }

    /// <summary>Tells of a fault, and returns it in words.</summary>
    public string Failed(Exception fault, string what)
    {
        var why = fault is ApiException { IsMissingPermission: true } refused
            ? AccessRule.Missing(refused, RecordStore.Rights, null)
            : ApiFaults.Describe(fault, RecordStore.RequestLimit);
        if (readiness.Records.Problem is null || !readiness.Records.Problem.EndsWith(why, StringComparison.Ordinal))
        {
            LogFailed(what, why);
        }

        readiness.Records.Fail($"{what}; what would change a workload waits for it: {why}");
        return why;
    }

    public void Abandon() => dead.Cancel();

    public void Dispose()
    {
        dead.Cancel();
        dead.Dispose();
        writes.Dispose();
    }

    [LoggerMessage(62, LogLevel.Warning, "The state of {Record} needs more than {Limit} characters and is not kept: after a restart its comparison begins anew")]
    private partial void LogTooLarge(string record, int limit);

    [LoggerMessage(63, LogLevel.Warning, "Records: {What}: {Reason}")]
    private partial void LogFailed(string what, string reason);
}
