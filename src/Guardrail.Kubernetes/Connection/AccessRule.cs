using System.Text;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Connection;

/// <summary>A right that Guardrail needs in the cluster.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Resource, plural.</param>
/// <param name="Verbs">Verbs, in the order of habit: get, list, watch, create, patch, delete.</param>
public sealed record AccessRule(string Group, string Resource, params IReadOnlyList<string> Verbs)
{
    /// <summary>Names of the objects that it is limited to; none, the default, for every object.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>What watching and acting on Deployments takes.</summary>
    public static IReadOnlyList<AccessRule> Acting { get; } =
    [
        new("apps", "deployments", "get", "list", "watch", "patch"),
        new("apps", "replicasets", "get", "list", "watch", "patch"),
        new("", "pods", "get", "list", "watch"),
        new("events.k8s.io", "events", "create"),
    ];

    /// <summary>What leader election takes, in the namespace of its lease.</summary>
    public static IReadOnlyList<AccessRule> Leading { get; } = [new("coordination.k8s.io", "leases", "get", "create", "update")];

    /// <summary>What watching and acting on one kind of workload takes.</summary>
    /// <param name="kind">The kind.</param>
    public static IReadOnlyList<AccessRule> ActingOn(WorkloadKind kind) => kind switch
    {
        WorkloadKind.StatefulSet => OnSets("statefulsets", "delete"),
        WorkloadKind.DaemonSet => OnSets("daemonsets"),
        _ => Acting,
    };

    private static AccessRule[] OnSets(string resource, params ReadOnlySpan<string> onPods) =>
    [
        new("apps", resource, "get", "list", "watch", "patch"),
        new("apps", "controllerrevisions", "get", "list", "watch", "patch"),
        new("", "pods", ["get", "list", "watch", .. onPods]),
        new("events.k8s.io", "events", "create"),
    ];

    /// <summary>A complete Role (or ClusterRole) with <paramref name="rules"/>, as YAML that kubectl applies.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="namespace">Namespace of the Role; null for a ClusterRole.</param>
    public static string ToRole(IReadOnlyList<AccessRule> rules, string? @namespace)
    {
        var yaml = new StringBuilder("apiVersion: rbac.authorization.k8s.io/v1\n");
        yaml.Append(@namespace is null ? "kind: ClusterRole\nmetadata:\n  name: guardrail\nrules:\n"
            : $"kind: Role\nmetadata:\n  name: guardrail\n  namespace: {@namespace}\nrules:\n");
        foreach (var rule in rules)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"- apiGroups: [\"{rule.Group}\"]\n  resources: [\"{rule.Resource}\"]\n");
            if (rule.Names.Count > 0)
            {
                yaml.Append("  resourceNames: [\"").AppendJoin("\", \"", rule.Names).Append("\"]\n");
            }

            yaml.Append("  verbs: [\"").AppendJoin("\", \"", rule.Verbs).Append("\"]\n");
        }

        return yaml.ToString();
    }

    /// <summary>The sentence for a request that RBAC refused, followed by the Role to apply.</summary>
    public static string Missing(ApiException fault, IReadOnlyList<AccessRule> rules, string? @namespace) =>
        $"The API server refused the request: {fault.Message.TrimEnd('.')}. "
        + $"Bind Guardrail's ServiceAccount to this role:\n{ToRole(rules, @namespace)}";
}
