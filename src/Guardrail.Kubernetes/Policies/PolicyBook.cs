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
    private readonly Dictionary<(string Namespace, string Name), PolicyStanding> entries = [];

    /// <summary>Every policy in force, by namespace and name: the first that selects a workload guards it.</summary>
    public ImmutableArray<GuardPolicy> InForce => [.. All.Select(e => e.InForce).OfType<GuardPolicy>()];

    /// <summary>Every policy there is, by namespace and name, with what became of it.</summary>
    public IReadOnlyList<PolicyStanding> All =>
        [.. entries.OrderBy(e => e.Key.Namespace, StringComparer.Ordinal).ThenBy(e => e.Key.Name, StringComparer.Ordinal).Select(e => e.Value)];

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

    private bool Take(PolicyResource item)
    {
        var known = entries.GetValueOrDefault(Key(item));
        var old = known?.Newest.Uid == item.Uid ? known.InForce : null;
        entries[Key(item)] = new(item, item.Policy?.Under(ceiling) ?? old);
        return known is null || known.Newest.Uid != item.Uid || known.Newest.Generation != item.Generation;
    }

    private static (string Namespace, string Name) Key(PolicyResource item) => (item.Namespace, item.Name);
}
