using System.Collections.Immutable;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>What is kept of an object of the cluster: as little as the views need. Closed.</summary>
internal abstract record ClusterObject
{
    private ClusterObject(string uid) => Uid = uid;

    /// <summary>The cluster's uid of the object.</summary>
    public string Uid { get; }

    /// <summary>A Deployment, StatefulSet or DaemonSet.</summary>
    internal sealed record Workload(string Uid, WorkloadId Id) : ClusterObject(Uid)
    {
        public long Generation { get; init; }

        public bool Observed { get; init; }

        public int DesiredReplicas { get; init; }

        public TemplateDigest Template { get; init; }

        /// <summary>Number of the revision that the controller says it works on; null when it does not say.</summary>
        public long? ControllerRevision { get; init; }

        public bool Paused { get; init; }

        public string? PausedBy { get; init; }

        public string? PausedRevision { get; init; }

        /// <summary>A StatefulSet's partition: pods below it are not updated.</summary>
        public int Partition { get; init; }

        /// <summary>The partition by which Guardrail holds a StatefulSet.</summary>
        public int? HeldPartition { get; init; }

        /// <summary>The partition that a StatefulSet had before Guardrail held it.</summary>
        public int? OwnPartition { get; init; }

        /// <summary>Number of a StatefulSet's first pod.</summary>
        public int FirstOrdinal { get; init; }

        public bool ProgressDeadlineExceeded { get; init; }

        public bool RollsGradually { get; init; }

        public int? HistoryLimit { get; init; }

        public bool Irreversible { get; init; }

        public string? VetoedDecision { get; init; }

        public ImmutableHashSet<RevisionId> Quarantined { get; init; } = [];

        public RequestedRollback? RequestedRollback { get; init; }

        public string? ChangedBy { get; init; }

        public string? TemplateManager { get; init; }

        public ChangeAuthor MadeBy { get; init; }

        /// <summary>Only until the index has matched them with the policies.</summary>
        public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    }

    /// <summary>A ReplicaSet or ControllerRevision.</summary>
    internal sealed record Revision(string Uid, string Owner, RevisionView View, TemplateDigest Template) : ClusterObject(Uid);

    /// <summary>A pod that is neither terminating nor finished, made by a ReplicaSet, StatefulSet or DaemonSet.</summary>
    /// <param name="Uid">The pod's uid.</param>
    /// <param name="Owner">Uid of the ReplicaSet, StatefulSet or DaemonSet.</param>
    /// <param name="View">The pod; its revision is the hash that its labels name.</param>
    internal sealed record Pod(string Uid, string Owner, PodView View) : ClusterObject(Uid);

    /// <summary>
    /// An object that is there but does not count: a pod that terminates or has finished, or what no workload owns (any more).
    /// </summary>
    internal sealed record Gone(string Uid) : ClusterObject(Uid);
}
