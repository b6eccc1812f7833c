using System.Collections.Concurrent;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// Keeps the records as custom resources: a decision is written at once, a change that people look for within <see cref="NewsRhythm"/>, all else every
/// <see cref="Rhythm"/>; an intent is waited for.
/// </summary>
internal sealed class RolloutJournal : IRolloutJournal, IDisposable
{
    /// <summary>Longest that writing an intent may take before the action is put off and asked for anew.</summary>
    private static readonly TimeSpan IntentLimit = TimeSpan.FromSeconds(10);

    /// <summary>Longest that writing everything may take when the daemon stops.</summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(10);

    private readonly RecordStore store;
    private readonly RecordPruner pruner;
    private readonly TimeProvider time;
    private readonly string author;
    private readonly RecordLoader loader;
    private readonly RecordWriter writer;
    private readonly ConcurrentDictionary<(RolloutId Rollout, string Uid), JournalEntry> entries = new();
    private DateTimeOffset lastReport;

    /// <summary>Keeps the records in a store; <c>author</c>, this process, signs the intents.</summary>
    public RolloutJournal(
        RecordStore store, RecordPruner pruner, Readiness readiness, TimeProvider time, string author, ILogger<RolloutJournal> logger)
    {
        (this.store, this.pruner, this.time, this.author) = (store, pruner, time, author);
        writer = new(readiness, ForgetIfOverAsync, logger);
        loader = new(store, writer, readiness, time, logger);
    }

    /// <summary>Distance between two writes of a record in which nothing happens but that numbers change: 12 s.</summary>
    public static TimeSpan Rhythm { get; } = TimeSpan.FromSeconds(12);

    /// <summary>Shortest distance between two writes of a record because its <see cref="Standing"/> has changed without a decision: 3 s.</summary>
    public static TimeSpan NewsRhythm { get; } = TimeSpan.FromSeconds(3);

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
        writer.Schedule(entry);
    }

    public void Observed(Fleet fleet, DateTimeOffset at)
    {
        lastReport = at > lastReport ? at : lastReport;
        var now = time.GetUtcNow();
        foreach (var guarded in fleet.Workloads)
        {
            if (guarded is { IsChanging: true, RolloutId: { } rollout } && entries.TryGetValue((rollout, guarded.View.Uid), out var entry)
                && (now - entry.DescribedAt).Duration() >= (guarded.Standing == entry.Standing ? Rhythm : NewsRhythm))
            {
                Describe(entry, rollout, guarded);
                writer.Schedule(entry);
            }
        }

        foreach (var entry in entries.Values)
        {
            if (entry.File.IsDirty && (now - entry.DescribedAt).Duration() >= Rhythm)
            {
                // Of a rollout that is over; its last write failed.
                entry.DescribedAt = now;
                writer.Schedule(entry);
            }
        }
    }

    public GuardedRolloutStatus? StatusOf(RolloutId rollout, string uid) => entries.TryGetValue((rollout, uid), out var entry) ? entry.File.Status : null;

    public async Task<LoadedRecords> LoadAsync(IReadOnlySet<string> namespaces, CancellationToken cancellationToken)
    {
        var loaded = await loader.LoadAsync(namespaces, cancellationToken).ConfigureAwait(false);
        foreach (var (file, _, at) in loaded.Open)
        {
            entries[(file.Rollout, file.Uid)] = new JournalEntry(file) { ResumedAt = at };
        }

        return loaded;
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
        writer.Schedule(entries.GetOrAdd((record.File.Rollout, record.File.Uid), _ => new JournalEntry(record.File)));
    }

    public async Task<string?> IntendAsync(Decision decision, CancellationToken cancellationToken)
    {
        var entry = EntryOf(decision, null);
        entry.File.Edit(status => status.Intended(Intent.Of(decision.Action!, time.GetUtcNow(), author)));
        using var limit = new CancellationTokenSource(IntentLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, writer.Dead, cancellationToken);
        try
        {
            await writer.WriteAsync(entry, both.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault))
        {
            return "The intent could not be written into the record, so that nothing was done: " + writer.Failed(fault, $"the record of {decision.Rollout} could not be written");
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
        await writer.TryWriteAsync(entry).ConfigureAwait(false);
    }

    public async Task FlushAsync()
    {
        if (writer.Dead.IsCancellationRequested)
        {
            return;
        }

        using var limit = new CancellationTokenSource(FlushLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, writer.Dead);
        foreach (var entry in entries.Values.Where(e => e.File.IsDirty))
        {
            try
            {
                await writer.WriteAsync(entry, both.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (ApiFaults.IsOne(fault))
            {
                writer.Failed(fault, $"the record of {entry.File.Rollout} could not be written");
            }
        }
    }

    public void Abandon() => writer.Abandon();

    public void Dispose() => writer.Dispose();

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

        entry.Standing = guarded.Standing;
        var (known, view, ready) = (guarded.Describe(), guarded.View, guarded.RollbackReadiness);
        entry.File.Edit(status => status.Described(known, view, ready, now));
        if (guarded.IsChanging)
        {
            // While history is read again, reports are older than what was taken over.
            var at = lastReport > DateTimeOffset.MinValue ? lastReport : now;
            entry.Keep(guarded.Capture(), at > entry.ResumedAt ? at : entry.ResumedAt);
        }
    }

    /// <summary>A rollout that is over is let go of once everything about it stands in the record, and old records make room.</summary>
    private async Task ForgetIfOverAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var status = entry.File.Status;
        if (status.IsOpen() || entry.File.IsDirty || status.Intents.Any(i => i.Outcome is null))
        {
            return;
        }

        if (entries.TryRemove((entry.File.Rollout, entry.File.Uid), out _) && entry.History is { } history)
        {
            await pruner.PruneAsync(entry.File.Rollout.Workload, history, cancellationToken).ConfigureAwait(false);
        }
    }
}
