using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>The rights of a sidecar: as few as its autonomy allows, in the workload's namespace, on the workload by name where RBAC can say so.</summary>
public static class SidecarRole
{
    /// <summary>The rules.</summary>
    /// <param name="kind">Kind of the workload.</param>
    /// <param name="name">Name of the workload.</param>
    /// <param name="autonomy">The most that the sidecar may do: Observe and Recommend write to no workload.</param>
    /// <param name="records">Whether it may keep records.</param>
    public static IReadOnlyList<AccessRule> Rules(WorkloadKind kind, string name, Autonomy autonomy, bool records)
    {
        string[] read = ["get", "list", "watch"];
        var acts = autonomy is Autonomy.Veto or Autonomy.Enforce;
        string[] change = acts ? [.. read, "patch"] : read;
        var lease = OwnWorkload.LeaseName(kind, name);
        return
        [
            new("apps", OwnWorkload.Plural(kind), change) { Names = [name] },
            new("apps", kind == WorkloadKind.Deployment ? "replicasets" : "controllerrevisions", change),
            new("", "pods", acts && kind == WorkloadKind.StatefulSet ? [.. read, "delete"] : read),
            new("events.k8s.io", "events", "create"),
            new("coordination.k8s.io", "leases", "create"),
            new("coordination.k8s.io", "leases", "get", "update") { Names = [lease] },
            .. records ? RecordStore.Rights : [],
        ];
    }
}
