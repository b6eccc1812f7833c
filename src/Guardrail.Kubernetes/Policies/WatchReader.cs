using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Policies;

/// <summary>Reads what is watched beside the policy's signals: <c>spec.watch</c> and <c>spec.impact</c>.</summary>
internal static class WatchReader
{
    private const int MostTargets = 64;

    public static WatchWeights Weights(YamlPlace place)
    {
        var fields = new YamlFields(place, "requestShare", "volume", "podLifecycle", "afterRollout", "impact");
        var weights = new WatchWeights();
        return weights with
        {
            RequestShare = Weight(fields, "requestShare", weights.RequestShare),
            Volume = Weight(fields, "volume", weights.Volume),
            PodLifecycle = Weight(fields, "podLifecycle", weights.PodLifecycle),
            AfterRollout = Weight(fields, "afterRollout", weights.AfterRollout),
            Impact = Weight(fields, "impact", weights.Impact),
        };
    }

    /// <param name="place">The list.</param>
    /// <param name="ownNamespace">Namespace of targets that name none.</param>
    /// <param name="readKind">Reads a kind that can be guarded.</param>
    public static EquatableList<ImpactTarget> Impact(YamlPlace place, string ownNamespace, Func<YamlPlace, WorkloadKind> readKind)
    {
        YamlPlace[] items = [.. place.Items()];
        if (items.Length is 0 or > MostTargets)
        {
            throw place.Error($"names {items.Length} signals of other workloads; give 1 to {MostTargets}, or leave it out.");
        }

        var targets = new List<ImpactTarget>(items.Length);
        foreach (var item in items)
        {
            var target = Target(item, ownNamespace, readKind);
            if (targets.Contains(target))
            {
                throw item.Error($"names {target} again; remove one of the two.");
            }

            targets.Add(target);
        }

        return [.. targets];
    }

    private static ImpactTarget Target(YamlPlace place, string ownNamespace, Func<YamlPlace, WorkloadKind> readKind)
    {
        var fields = new YamlFields(place, "workload", "kind", "namespace", "signal");
        return new ImpactTarget(
            new WorkloadId(
                fields.Or("namespace", ownNamespace, name => name.Name(NamePatterns.DnsLabel(), "shop")),
                fields.Or("kind", WorkloadKind.Deployment, readKind),
                fields.Required("workload").Name(NamePatterns.DnsSubdomain(), "frontend")),
            new SignalId(fields.Required("signal").Name(NamePatterns.DnsLabel(), "errors")));
    }

    /// <summary>In the unit of the signals' weights, so with their upper end; 0 turns the watch off.</summary>
    private static double Weight(YamlFields fields, string name, double otherwise) =>
        fields.Or(name, otherwise, place => place.Fraction(0, inclusive: true, SignalReader.LargestWeight));
}
