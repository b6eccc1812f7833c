using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Safety;

/// <summary>The rollbacks that Guardrail asked for lately, over the whole fleet.</summary>
internal sealed class RollbackLedger
{
    /// <summary>Most entries kept; the oldest go first.</summary>
    private const int Most = 4096;

    /// <summary>How long an entry is kept: the longest window that a policy may name.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly List<RollbackEntry> entries = [];

    /// <summary>Every entry, oldest first.</summary>
    public IReadOnlyList<RollbackEntry> Entries => entries;

    /// <summary>Whether a rollback is in it.</summary>
    public bool Has(WorkloadId workload, string uid, DecisionId decision) => entries.Exists(e => e.Is(workload, uid, decision));

    /// <summary>Enters a rollback; one that is in it already stays as it is.</summary>
    public void Enter(RollbackEntry entry)
    {
        if (Has(entry.Workload, entry.Uid, entry.Decision))
        {
            return;
        }

        var at = entries.FindLastIndex(e => e.At <= entry.At) + 1;
        entries.Insert(at, entry);
        var newest = entries[^1].At;
        entries.RemoveAll(e => newest - e.At > Longest);
        entries.RemoveRange(0, Math.Max(0, entries.Count - Most));
    }

    /// <summary>Takes a rollback out that was not carried out.</summary>
    public void Withdraw(WorkloadId workload, string uid, DecisionId decision) => entries.RemoveAll(e => e.Is(workload, uid, decision));

    /// <summary>Entries no older than a window; those from a clock that was ahead count as well.</summary>
    public IEnumerable<RollbackEntry> Within(TimeSpan window, DateTimeOffset now) => entries.Where(e => now - e.At <= window);

    public ImmutableArray<RollbackEntry> Capture() => [.. entries];
}
