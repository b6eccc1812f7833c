using System.Collections.Concurrent;
using System.Text.Json;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// Keeps the records as custom resources: a decision is written at once, else each rollout at most every <see cref="Rhythm"/>; an intent is waited
/// for.
/// </summary>
internal sealed partial class RolloutJournal(
    RecordStore store, RecordPruner pruner, Readiness readiness, TimeProvider time, string writer, ILogger<RolloutJournal> logger)
    : IRolloutJournal, IDisposable
{
    /// <summary>Longest that writing an intent may take before the action is put off and asked for anew.</summary>
    private static readonly TimeSpan IntentLimit = TimeSpan.FromSeconds(10);

    /// <summary>Longest that writing everything may take when the daemon stops.</summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(10);

    private const int MostWritesAtOnce = 16;
    private const int LoadAttempts = 5;

    private readonly ConcurrentDictionary<(RolloutId Rollout, string Uid), JournalEntry> entries = new();
    private readonly SemaphoreSlim writes = new(MostWritesAtOnce);
    private readonly CancellationTokenSource dead = new();
    private DateTimeOffset lastReport;

    /// <summary>Shortest distance between two writes of a record that no decision asks for: 12 s.</summary>
    public static TimeSpan Rhythm { get; } = TimeSpan.FromSeconds(12);

    public void Decided(Decision decision, GuardedWorkload? guarded)
    {
        if (decision.IsRetry)
        {
            return;
        }

        var entry = EntryOf(decision, guarded);
        Describe(entry, decision.Rollout, guarded);
        entry.File.Edit(status =>
        {
            status = status.Decided(decision);
            return decision is { Kind: DecisionKind.End, Outcome: { } outcome } ? status.Ended(outcome, decision.At, decision.Reason) : status;
        });
        Schedule(entry);
    }

    public void Observed(Fleet fleet, DateTimeOffset at)
    {
        lastReport = at > lastReport ? at : lastReport;
        var now = time.GetUtcNow();
        foreach (var guarded in fleet.Workloads)
        {
            if (guarded is { IsChanging: true, RolloutId: { } rollout } && entries.TryGetValue((rollout, guarded.View.Uid), out var entry)
                && (now - entry.DescribedAt).Duration() >= Rhythm)
            {
                Describe(entry, rollout, guarded);
                Schedule(entry);
            }
        }

        foreach (var entry in entries.Values)
        {
            if (entry.File.IsDirty && (now - entry.DescribedAt).Duration() >= Rhythm)
            {
                // Of a rollout that is over; its last write failed.
                entry.DescribedAt = now;
                Schedule(entry);
            }
        }
    }

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
                Failed(fault, "the records could not be read");
                if (attempt == LoadAttempts)
                {
                    return LoadedRecords.None;
                }
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    public void Close(OpenRecord record, WorkloadView? view)
    {
        var (outcome, reason) = RecordClosing.Of(record.File, view);
        var now = time.GetUtcNow();
        record.File.Edit(status =>
        {
            status = status.Ended(status.Outcome ?? outcome, status.EndedAt ?? now, status.Outcome is null ? reason : status.Reason);
            return status.Cure is { IsOpen: true } ? status.Concluded(new() { State = RecordedCureState.Unknown, At = now }) : status;
        });
        Schedule(entries.GetOrAdd((record.File.Rollout, record.File.Uid), _ => new JournalEntry(record.File)));
    }

    public async Task<string?> IntendAsync(Decision decision, CancellationToken cancellationToken)
    {
        var entry = EntryOf(decision, null);
        entry.File.Edit(status => status.Intended(Intent.Of(decision.Action!, time.GetUtcNow(), writer)));
        using var limit = new CancellationTokenSource(IntentLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, dead.Token, cancellationToken);
        try
        {
            await WriteAsync(entry, both.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault))
        {
            return "The intent could not be written into the record, so that nothing was done: " + Failed(fault, $"the record of {decision.Rollout} could not be written");
        }
    }

    public async Task SettleAsync(Decision decision, ActionOutcome outcome)
    {
        if (IntentOutcome.Of(outcome, time.GetUtcNow()) is not { } settled)
        {
            return;
        }

        var entry = EntryOf(decision, null);
        entry.File.Edit(status => status.Settled(decision.Id.Value, settled));
        await TryWriteAsync(entry).ConfigureAwait(false);
    }

    public async Task FlushAsync()
    {
        if (dead.IsCancellationRequested)
        {
            return;
        }

        using var limit = new CancellationTokenSource(FlushLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, dead.Token);
        foreach (var entry in entries.Values.Where(e => e.File.IsDirty))
        {
            try
            {
                await WriteAsync(entry, both.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault))
            {
                Failed(fault, $"the record of {entry.File.Rollout} could not be written");
            }
        }
    }

    public void Abandon() => dead.Cancel();

    public void Dispose()
    {
        dead.Cancel();
        dead.Dispose();
        writes.Dispose();
    }

    private OpenRecord Open(GuardedRollout record)
    {
        var file = new RecordFile(store, time, record);
        entries[(file.Rollout, file.Uid)] = new JournalEntry(file) { History = Engine.Policies.GuardPolicy.DefaultHistory };
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

    private JournalEntry EntryOf(Decision decision, GuardedWorkload? guarded)
    {
        var entry = entries.GetOrAdd(
            (decision.Rollout, decision.Uid),
            key => new JournalEntry(new RecordFile(
                store, time, key.Rollout, key.Uid, guarded?.Policy.Name ?? "", guarded?.View.Revision(key.Rollout.To)?.ChangedBy,
                MadeByOf(key.Rollout, guarded))));
        entry.History = guarded?.Policy.History ?? entry.History;
        return entry;
    }

    /// <summary>The workload tells of the template that it has now.</summary>
    private static ChangeAuthor MadeByOf(RolloutId rollout, GuardedWorkload? guarded) =>
        guarded?.View.CurrentRevision == rollout.To ? guarded.View.MadeBy : ChangeAuthor.Unknown;

    private void Describe(JournalEntry entry, RolloutId rollout, GuardedWorkload? guarded)
    {
        var now = time.GetUtcNow();
        entry.DescribedAt = now;
        if (guarded is null || guarded.RolloutId != rollout || guarded.View.Uid != entry.File.Uid)
        {
            return;
        }

        var (known, view, ready) = (guarded.Describe(), guarded.View, guarded.RollbackReadiness);
        entry.File.Edit(status => status.Described(known, view, ready, now));
        if (guarded.IsChanging)
        {
            entry.Keep(guarded.Capture(), lastReport > DateTimeOffset.MinValue ? lastReport : now);
        }
    }

    private void Schedule(JournalEntry entry)
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

    private async Task<bool> TryWriteAsync(JournalEntry entry)
    {
        try
        {
            await WriteAsync(entry, dead.Token).ConfigureAwait(false);
            await ForgetIfOverAsync(entry).ConfigureAwait(false);
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

    private async Task WriteAsync(JournalEntry entry, CancellationToken cancellationToken)
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

    /// <summary>A rollout that is over is let go of once everything about it stands in the record, and old records make room.</summary>
    private async Task ForgetIfOverAsync(JournalEntry entry)
    {
        var status = entry.File.Status;
        if (status.IsOpen() || entry.File.IsDirty || status.Intents.Any(i => i.Outcome is null))
        {
            return;
        }

        if (entries.TryRemove((entry.File.Rollout, entry.File.Uid), out _))
        {
            await pruner.PruneAsync(entry.File.Rollout.Workload, entry.History, dead.Token).ConfigureAwait(false);
        }
    }

    private string Failed(Exception fault, string what)
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

    [LoggerMessage(60, LogLevel.Information, "Found {Records} records of rollouts that had not ended or whose rollback was still looked at, {Resumed} of them with a checkpoint")]
    private partial void LogLoaded(int records, int resumed);

    [LoggerMessage(61, LogLevel.Warning, "The record {Record} holds no usable checkpoint, its rollout begins anew: {Reason}")]
    private partial void LogNoCheckpoint(string record, string reason);

    [LoggerMessage(62, LogLevel.Warning, "The state of {Record} needs more than {Limit} characters and is not kept: after a restart its comparison begins anew")]
    private partial void LogTooLarge(string record, int limit);

    [LoggerMessage(63, LogLevel.Warning, "Records: {What}: {Reason}")]
    private partial void LogFailed(string what, string reason);
}
