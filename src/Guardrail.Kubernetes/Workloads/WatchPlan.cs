using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>One watch of the feed.</summary>
/// <param name="Path">The collection.</param>
/// <param name="Reader">What is kept of its objects.</param>
internal sealed record WatchPlan(ResourcePath Path, Func<JsonElement, ClusterObject> Reader)
{
    /// <summary>One watch per kind and namespace, or per kind when there are many namespaces.</summary>
    public static ImmutableArray<WatchPlan> For(IReadOnlyCollection<GuardPolicy> policies, int clusterWideFrom)
    {
        var byNamespace = policies.GroupBy(policy => policy.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        return byNamespace.Length >= clusterWideFrom
            ? [.. Watches(null, policies)]
            : [.. byNamespace.SelectMany(group => Watches(group.Key, [.. group]))];
    }

    /// <summary>Three watches: of one workload by its name, and of its revisions and pods by its selector.</summary>
    public static ImmutableArray<WatchPlan> For(OwnWorkload own)
    {
        var (ns, kind) = (own.Id.Namespace, own.Id.Kind);
        return
        [
            new(new ResourcePath("apps", "v1", OwnWorkload.Plural(kind), ns) { FieldSelector = "metadata.name=" + own.Id.Name }, source =>
                WorkloadReader.ReadUnlessDeleted(kind, source)),
            kind == WorkloadKind.Deployment
                ? Apps("replicasets", ns, own.Selector, RevisionReader.ReadReplicaSet)
                : Apps("controllerrevisions", ns, own.Selector, RevisionReader.ReadControllerRevision),
            new(new ResourcePath("", "v1", "pods", ns, own.Selector), PodReader.Read),
        ];
    }

    /// <summary>The rights these watches take, as rules of a Role.</summary>
    public static IReadOnlyList<AccessRule> Rights(ImmutableArray<WatchPlan> plans) =>
        [.. plans.Select(plan => (plan.Path.Group, plan.Path.Plural)).Distinct()
            .Select(resource => new AccessRule(resource.Group, resource.Plural, "get", "list", "watch"))];

    private static IEnumerable<WatchPlan> Watches(string? @namespace, IReadOnlyCollection<GuardPolicy> policies)
    {
        var kinds = policies.SelectMany(policy => policy.Kinds).Distinct().Order().ToArray();
        foreach (var kind in kinds)
        {
            // Only where all policies agree on the objects can the server select them; the index selects in any case.
            var selectors = policies.Where(policy => policy.Kinds.Contains(kind)).Select(policy => policy.Selector.ToString()).Distinct()
                .ToArray();
            var selector = @namespace is not null && selectors is [{ Length: > 0 } only] ? only : null;
            yield return Apps(kind.ToString().ToLowerInvariant() + "s", @namespace, selector, source =>
                WorkloadReader.ReadUnlessDeleted(kind, source));
        }

        if (kinds.Contains(WorkloadKind.Deployment))
        {
            yield return Apps("replicasets", @namespace, null, RevisionReader.ReadReplicaSet);
        }

        if (kinds.Any(kind => kind != WorkloadKind.Deployment))
        {
            yield return Apps("controllerrevisions", @namespace, null, RevisionReader.ReadControllerRevision);
        }

        yield return new WatchPlan(new ResourcePath("", "v1", "pods", @namespace), PodReader.Read);
    }

    private static WatchPlan Apps(string plural, string? @namespace, string? selector, Func<JsonElement, ClusterObject> reader) =>
        new(new ResourcePath("apps", "v1", plural, @namespace, selector), reader);
}
