using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>
/// The rights of an operator that follows the cluster's policies: as few as its ceiling of autonomy allows. The chart renders the same, as a ClusterRole
/// or as a Role of each namespace.
/// </summary>
public static class OperatorRole
{
    private static readonly string[] Read = ["get", "list", "watch"];

    /// <summary>The rules in the guarded namespaces; a resource stands in one of them only.</summary>
    /// <param name="kinds">Kinds of workloads that policies may name.</param>
    /// <param name="ceiling">The most that any policy may let it do: Observe and Recommend write to no workload.</param>
    /// <param name="records">Whether it may keep records.</param>
    public static IReadOnlyList<AccessRule> Rules(IReadOnlyCollection<WorkloadKind> kinds, Autonomy ceiling, bool records)
    {
        var acts = ceiling is Autonomy.Veto or Autonomy.Enforce;
        string[] change = acts ? [.. Read, "patch"] : Read;
        var revisions = kinds.Select(kind => kind == WorkloadKind.Deployment ? "replicasets" : "controllerrevisions").Distinct();
        return
        [
            .. kinds.Select(kind => new AccessRule("apps", OwnWorkload.Plural(kind), change)),
            .. revisions.Select(resource => new AccessRule("apps", resource, change)),
            new("", "pods", acts && kinds.Contains(WorkloadKind.StatefulSet) ? [.. Read, "delete"] : Read),
            new("events.k8s.io", "events", "create"),
            .. records ? RecordStore.Rights : [],
            .. PolicyResource.Rights,
        ];
    }

    /// <summary>The rules in the namespace of the Lease.</summary>
    /// <param name="lease">Name of the Lease; making one cannot be limited to a name.</param>
    public static IReadOnlyList<AccessRule> Leading(string lease) =>
    [
        new("coordination.k8s.io", "leases", "create"),
        new("coordination.k8s.io", "leases", "get", "update") { Names = [lease] },
    ];

    /// <summary>The rule in the cluster of an instance that answers the API server's questions.</summary>
    /// <param name="configuration">Name of the ValidatingWebhookConfiguration by which it is asked.</param>
    public static IReadOnlyList<AccessRule> Answering(string configuration) =>
        [new("admissionregistration.k8s.io", "validatingwebhookconfigurations", "get", "patch") { Names = [configuration] }];
}
