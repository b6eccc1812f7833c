using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Daemon.Guarding;

/// <summary>Keeps the record of every rollout. The first two members are called from the guard loop and must not block.</summary>
internal interface IRolloutJournal
{
    /// <summary>A decision was made.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="guarded">The workload as it is known now; null when it is gone.</param>
    void Decided(Decision decision, GuardedWorkload? guarded);

    /// <summary>The fleet took over a report of that time.</summary>
    void Observed(Fleet fleet, DateTimeOffset at);

    /// <summary>What is, or is going to be, in the record of a rollout; null when none is kept.</summary>
    GuardedRolloutStatus? StatusOf(RolloutId rollout, string uid) => null;

    /// <summary>Reads the records that the processes before this one left.</summary>
    Task<LoadedRecords> LoadAsync(IReadOnlySet<string> namespaces, CancellationToken cancellationToken);

    /// <summary>The rollout of an open record is no longer there to be watched.</summary>
    void Close(OpenRecord record, WorkloadView? view);

    /// <summary>Writes the intent of a decision that asks for an action; when it returns null, the intent stands in the record.</summary>
    /// <returns>Why it could not be written; null when it was.</returns>
    Task<string?> IntendAsync(Decision decision, CancellationToken cancellationToken);

    /// <summary>Writes what became of an action.</summary>
    Task SettleAsync(Decision decision, ActionOutcome outcome);

    /// <summary>Writes what has not been written yet; the daemon stops.</summary>
    Task FlushAsync();

    /// <summary>Writes nothing more: the daemon dies.</summary>
    void Abandon();
}

/// <summary>What is taken over from the processes before.</summary>
/// <param name="Open">Records of rollouts that had not ended, or whose rollback was still looked at.</param>
/// <param name="Rollbacks">Every rollback that Guardrail decided and carried out, or may have, as far as records tell.</param>
internal sealed record LoadedRecords(IReadOnlyList<OpenRecord> Open, IReadOnlyList<RollbackEntry> Rollbacks)
{
    /// <summary>Nothing.</summary>
    public static LoadedRecords None { get; } = new([], []);
}

/// <summary>The record of a rollout that had not ended, or whose rollback was still looked at.</summary>
/// <param name="File">The record.</param>
/// <param name="Snapshot">From where the rollout goes on; null when that cannot be told.</param>
/// <param name="At">Time of the last observation in the snapshot.</param>
internal sealed record OpenRecord(RecordFile File, GuardSnapshot? Snapshot, DateTimeOffset At);

/// <summary>Keeps no records: the custom resources are not there, or not wanted. Nothing waits for an intent then.</summary>
internal sealed class NoJournal : IRolloutJournal
{
    public void Decided(Decision decision, GuardedWorkload? guarded)
    {
    }

    public void Observed(Fleet fleet, DateTimeOffset at)
    {
    }

    public Task<LoadedRecords> LoadAsync(IReadOnlySet<string> namespaces, CancellationToken cancellationToken) => Task.FromResult(LoadedRecords.None);

    public void Close(OpenRecord record, WorkloadView? view)
    {
    }

    public Task<string?> IntendAsync(Decision decision, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task SettleAsync(Decision decision, ActionOutcome outcome) => Task.CompletedTask;

    public Task FlushAsync() => Task.CompletedTask;

    public void Abandon()
    {
    }
}
