using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Policies;

/// <summary>
/// The policies of the cluster as a watch tells of them. A policy whose newest version cannot be used stays in force as it was when it last could.
/// </summary>
/// <param name="ceiling">The most that any policy may let Guardrail do.</param>
public sealed class PolicyBook(Autonomy ceiling)
{
    private readonly Dictionary<(string Namespace, string Name), Entry> entries = [];

    /// <summary>Every policy in force, by namespace and name: the first that selects a workload guards it.</summary>
    public ImmutableArray<GuardPolicy> InForce =>
        [.. Sorted.Select(e => e.InForce).OfType<GuardPolicy>().Select(p => p.Autonomy > ceiling ? p with { Autonomy = ceiling } : p)];

    /// <summary>Every policy there is, with what is wrong with it.</summary>
    public IReadOnlyList<PolicyResource> All => [.. Sorted.Select(e => e.Newest)];

    /// <summary>Whether an older version of the policy is in force than the newest.</summary>
    public bool IsOutdated(PolicyResource policy) =>
        entries.TryGetValue((policy.Namespace, policy.Name), out var entry) && entry.Newest.Problem is not null && entry.InForce is not null;

    /// <summary>Takes over what a watch told.</summary>
    /// <param name="change">The message.</param>
    /// <param name="namespace">Namespace that the watch is confined to; null for all.</param>
    /// <returns>Whether anything changed.</returns>
    public bool Apply(ResourceChange<PolicyResource> change, string? @namespace)
    {
        switch (change)
        {
            case ResourceChange<PolicyResource>.Snapshot snapshot:
                var seen = snapshot.Items.Select(Key).ToHashSet();
                foreach (var gone in entries.Keys.Where(key => (@namespace is null || key.Namespace == @namespace) && !seen.Contains(key)).ToList())
                {
                    entries.Remove(gone);
                }

                foreach (var item in snapshot.Items)
                {
                    Take(item);
                }

                return true;
            case ResourceChange<PolicyResource>.Changed changed:
                return Take(changed.Item);
            case ResourceChange<PolicyResource>.Removed removed:
                return entries.Remove(Key(removed.Item));
            default:
                return false;
        }
    }

    private IEnumerable<Entry> Sorted => entries.OrderBy(e => e.Key.Namespace, StringComparer.Ordinal).ThenBy(e => e.Key.Name, StringComparer.Ordinal)
        .Select(e => e.Value);

    private bool Take(PolicyResource item)
    {
        var known = entries.GetValueOrDefault(Key(item));
        var old = known?.Newest.Uid == item.Uid ? known.InForce : null;
        entries[Key(item)] = new(item, item.Policy ?? old);
        return known is null || known.Newest.Uid != item.Uid || known.Newest.Generation != item.Generation;
    }

    private static (string Namespace, string Name) Key(PolicyResource item) => (item.Namespace, item.Name);

    private sealed record Entry(PolicyResource Newest, GuardPolicy? InForce);
}
