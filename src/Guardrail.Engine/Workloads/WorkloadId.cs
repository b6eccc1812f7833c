namespace Guardrail.Engine.Workloads;

/// <summary>The kinds of workload whose rollouts can be guarded.</summary>
public enum WorkloadKind
{
    /// <summary>apps/v1 Deployment; its revisions are ReplicaSets.</summary>
    Deployment,

    /// <summary>apps/v1 StatefulSet; its revisions are ControllerRevisions.</summary>
    StatefulSet,

    /// <summary>apps/v1 DaemonSet; its revisions are ControllerRevisions.</summary>
    DaemonSet,
}

/// <summary>Names one workload of the cluster.</summary>
/// <param name="Namespace">Namespace, a DNS label.</param>
/// <param name="Kind">Kind of the workload.</param>
/// <param name="Name">Name, a DNS subdomain.</param>
public readonly record struct WorkloadId(string Namespace, WorkloadKind Kind, string Name)
{
    /// <summary>For people: <c>shop/checkout</c>; the kind is written only when it is no Deployment.</summary>
    public override string ToString() =>
        Kind == WorkloadKind.Deployment ? $"{Namespace}/{Name}" : $"{Namespace}/{Kind.ToString().ToLowerInvariant()}/{Name}";
}

/// <summary>Names one pod of the cluster.</summary>
/// <param name="Namespace">Namespace, a DNS label.</param>
/// <param name="Name">Name of the pod.</param>
public readonly record struct PodId(string Namespace, string Name)
{
    /// <summary>For people: <c>shop/checkout-6f7d-x2k4p</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}

/// <summary>Names one revision of a workload: the pod-template-hash of a ReplicaSet, or the hash of a ControllerRevision.</summary>
/// <param name="Hash">The hash as the cluster writes it; never empty.</param>
public readonly record struct RevisionId(string Hash)
{
    /// <summary>The hash.</summary>
    public override string ToString() => Hash;
}

/// <summary>Names one rollout: a workload (by uid, so a recreated one differs) that goes from one revision to another.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="From">Revision that served before.</param>
/// <param name="To">Revision being rolled out.</param>
/// <param name="Number">The cluster's number of the to-revision, which tells a second attempt at the same template from the first.</param>
public readonly record struct RolloutId(WorkloadId Workload, RevisionId From, RevisionId To, long Number)
{
    /// <summary>For people and for records: <c>shop/checkout:6f7d→58c9#4</c>.</summary>
    public override string ToString() => $"{Workload}:{From}→{To}#{Number}";
}
