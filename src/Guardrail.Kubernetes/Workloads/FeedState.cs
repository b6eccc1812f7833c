using System.Collections.Immutable;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>Turns the messages of all watches into the messages of the feed. Pure; not safe for concurrent use.</summary>
internal sealed class FeedState(WorkloadIndex index, IReadOnlyCollection<ResourcePath> sources)
{
    private readonly Dictionary<ResourcePath, ResourceChange<ClusterObject>.Interrupted> interrupted = [];
    private readonly HashSet<ResourcePath> listed = [];
    private readonly Dictionary<WorkloadId, WorkloadView> told = [];
    private bool snapshotDue = true;
    private bool snapshotTold;
    private string? unreachableTold;

    /// <summary>Takes in a message of one watch.</summary>
    public void Apply(ResourcePath source, ResourceChange<ClusterObject> change)
    {
        var key = source.ToString();
        switch (change)
        {
            case ResourceChange<ClusterObject>.Interrupted interruption:
                interrupted[source] = interruption;
                return;
            case ResourceChange<ClusterObject>.Snapshot snapshot:
                index.Replace(key, snapshot.Items);
                // A repeated list is a gap as well: the feed sends everything once more.
                snapshotDue = true;
                listed.Add(source);
                break;
            case ResourceChange<ClusterObject>.Changed changed:
                index.Put(key, changed.Item);
                break;
            case ResourceChange<ClusterObject>.Removed removed:
                index.Remove(key, removed.Item.Uid);
                break;
        }

        snapshotDue |= interrupted.Remove(source);
    }

    /// <summary>What is to be told now.</summary>
    public IEnumerable<WorkloadChange> Take()
    {
        var anythingTold = false;
        if (IsComplete)
        {
            foreach (var change in IsSnapshotDue ? [Everything()] : Differences())
            {
                anythingTold = true;
                yield return change;
            }
        }

        if (interrupted.Count == 0)
        {
            unreachableTold = null;
        }
        else
        {
            // Any other message ends an Unreachable, so it is repeated behind one as long as a watch is down.
            var reason = Reason();
            if (anythingTold || reason != unreachableTold)
            {
                unreachableTold = reason;
                yield return new WorkloadChange.Unreachable(reason);
            }
        }
    }

    /// <summary>One sentence for each fault, the first three; then the Role to apply, once.</summary>
    private string Reason()
    {
        var parts = interrupted.Values.Select(fault => fault.Reason.Split('\n', 2)).OrderBy(part => part[0], StringComparer.Ordinal)
            .ToArray();
        var sentences = parts.Select(part => part[0]).Distinct().Take(3);
        var roles = parts.Where(part => part.Length > 1).Select(part => part[1]).Distinct().Take(3);
        return string.Join('\n', sentences.Concat(roles));
    }

    /// <summary>Whether every watch has listed once, or cannot without a person's help; never by none having listed.</summary>
    private bool IsComplete => listed.Count > 0 && sources.All(
        source => listed.Contains(source) || (interrupted.TryGetValue(source, out var fault) && fault.IsPermanent));

    /// <summary>
    /// After a gap the snapshot waits until every watch is up again; the first one comes as soon as there is everything to tell.
    /// </summary>
    private bool IsSnapshotDue => snapshotDue && (!snapshotTold || interrupted.Values.All(fault => fault.IsPermanent));

    private WorkloadChange.Snapshot Everything()
    {
        (snapshotDue, snapshotTold) = (false, true);
        index.TakeDirty();
        var views = index.Workloads.Concat(told.Keys.Where(IsHalfKnown)).Distinct().Order(Comparer<WorkloadId>.Create(Compare))
            .Select(id => IsHalfKnown(id) ? told.GetValueOrDefault(id) : index.View(id)).OfType<WorkloadView>().ToImmutableArray();
        told.Clear();
        foreach (var view in views)
        {
            told[view.Id] = view;
        }

        return new WorkloadChange.Snapshot(views);
    }

    private IEnumerable<WorkloadChange> Differences()
    {
        foreach (var id in index.TakeDirty().Where(id => !IsHalfKnown(id)).Order(Comparer<WorkloadId>.Create(Compare)))
        {
            var view = index.View(id);
            if (view is null)
            {
                if (told.Remove(id))
                {
                    yield return new WorkloadChange.Removed(id);
                }
            }
            else if (!told.TryGetValue(id, out var last) || !ViewComparer.AreEqual(last, view))
            {
                told[id] = view;
                yield return new WorkloadChange.Changed(view);
            }
        }
    }

    /// <summary>
    /// Whether a watch of the workload's namespace is down. A Deployment without its newest ReplicaSets or pods would be told as it never
    /// was, so the last view stands until the snapshot that follows the gap.
    /// </summary>
    private bool IsHalfKnown(WorkloadId id) => interrupted.Keys.Any(source => source.Namespace is null || source.Namespace == id.Namespace);

    private static int Compare(WorkloadId left, WorkloadId right) =>
        string.CompareOrdinal(left.ToString(), right.ToString());
}
