using System.Collections.Immutable;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>
/// Everything known of the watched objects, joined by uid: pod → ReplicaSet → Deployment, or pod and ControllerRevision → StatefulSet or
/// DaemonSet. Objects may come in any order. Not safe for concurrent use.
/// </summary>
/// <param name="guards">Whether a workload of this name and these labels is guarded.</param>
internal sealed class WorkloadIndex(Func<WorkloadId, IReadOnlyDictionary<string, string>, bool> guards)
{
    private readonly Dictionary<string, ClusterObject> objects = [];
    private readonly Dictionary<string, HashSet<string>> owned = [];
    private readonly Dictionary<string, HashSet<string>> bySource = [];
    private readonly Dictionary<WorkloadId, string> workloads = [];
    private readonly HashSet<WorkloadId> dirty = [];

    /// <summary>Every guarded workload.</summary>
    public IEnumerable<WorkloadId> Workloads => workloads.Keys;

    /// <summary>Workloads whose view may have changed since the last call.</summary>
    public IReadOnlyCollection<WorkloadId> TakeDirty()
    {
        var taken = dirty.ToArray();
        dirty.Clear();
        return taken;
    }

    /// <summary>Takes in all objects of a source; what it had before and now has not is gone.</summary>
    public void Replace(string source, ImmutableArray<ClusterObject> items)
    {
        var missing = Of(bySource, source).Except(items.Select(item => item.Uid)).ToArray();
        foreach (var uid in missing)
        {
            Remove(source, uid);
        }

        foreach (var item in items)
        {
            Put(source, item);
        }
    }

    /// <summary>Takes in one object, new or changed.</summary>
    public void Put(string source, ClusterObject item)
    {
        if (item is ClusterObject.Gone || (item is ClusterObject.Workload candidate && !guards(candidate.Id, candidate.Labels)))
        {
            Remove(source, item.Uid);
            return;
        }

        Detach(item.Uid);
        objects[item.Uid] = item;
        Of(bySource, source).Add(item.Uid);
        if (Owner(item) is { } owner)
        {
            Of(owned, owner).Add(item.Uid);
        }
        else if (item is ClusterObject.Workload named)
        {
            workloads[named.Id] = named.Uid;
        }

        Touch(item);
    }

    /// <summary>Forgets one object.</summary>
    public void Remove(string source, string uid)
    {
        if (bySource.TryGetValue(source, out var members))
        {
            members.Remove(uid);
        }

        Detach(uid);
        objects.Remove(uid);
    }

    /// <summary>The workload as it is; null when there is none.</summary>
    public WorkloadView? View(WorkloadId id)
    {
        if (!workloads.TryGetValue(id, out var uid) || objects[uid] is not ClusterObject.Workload workload)
        {
            return null;
        }

        var revisions = Owned(uid).OfType<ClusterObject.Revision>().ToArray();
        var pods = id.Kind == WorkloadKind.Deployment
            ? revisions.SelectMany(revision => Owned(revision.Uid).OfType<ClusterObject.Pod>().Select(pod => (revision.View.Id, pod.View)))
            : Owned(uid).OfType<ClusterObject.Pod>().Select(pod => (pod.View.Revision, pod.View));
        return ViewBuilder.Build(workload, revisions, pods);
    }

    private static string? Owner(ClusterObject item) => item switch
    {
        ClusterObject.Revision revision => revision.Owner,
        ClusterObject.Pod pod => pod.Owner,
        _ => null,
    };

    private static HashSet<string> Of(Dictionary<string, HashSet<string>> sets, string key) =>
        sets.TryGetValue(key, out var set) ? set : sets[key] = [];

    private IEnumerable<ClusterObject> Owned(string uid) =>
        owned.TryGetValue(uid, out var members) ? members.Select(member => objects[member]) : [];

    private void Detach(string uid)
    {
        if (!objects.TryGetValue(uid, out var known))
        {
            return;
        }

        Touch(known);
        if (Owner(known) is { } owner && owned.TryGetValue(owner, out var siblings) && siblings.Remove(uid) && siblings.Count == 0)
        {
            owned.Remove(owner);
        }

        if (known is ClusterObject.Workload workload && workloads.TryGetValue(workload.Id, out var named) && named == uid)
        {
            workloads.Remove(workload.Id);
        }
    }

    private void Touch(ClusterObject item)
    {
        var up = item;
        while (up is not ClusterObject.Workload)
        {
            if (up is null || Owner(up) is not { } owner || !objects.TryGetValue(owner, out up))
            {
                return;
            }
        }

        dirty.Add(((ClusterObject.Workload)up).Id);
    }
}
