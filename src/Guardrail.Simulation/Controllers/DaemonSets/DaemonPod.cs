using System.Text.Json.Nodes;
using Guardrail.Simulation.Controllers.Revisions;

namespace Guardrail.Simulation.Controllers.DaemonSets;

/// <summary>The pods of a DaemonSet: each made for one node.</summary>
internal static class DaemonPod
{
    public static JsonObject New(JsonObject set, string node, string hash)
    {
        var template = set["spec"]!["template"]!;
        var labels = template["metadata"]?["labels"]?.DeepClone() as JsonObject ?? [];
        labels[RevisionStyle.PodLabel] = hash;
        labels["pod-template-generation"] = Kube.Annotation(set, "deprecated.daemonset.template.generation") ?? "1";
        var metadata = new JsonObject
        {
            ["generateName"] = Kube.Name(set) + "-",
            ["namespace"] = Kube.Key(set).Namespace,
            ["labels"] = labels,
            ["ownerReferences"] = Kube.OwnedBy("apps/v1", RevisionStyle.DaemonSet.Kind, set),
        };
        foreach (var copied in new[] { "annotations", "finalizers" })
        {
            if (template["metadata"]?[copied] is { } value)
            {
                metadata[copied] = value.DeepClone();
            }
        }

        var spec = (JsonObject)template["spec"]!.DeepClone();
        var affinity = spec["affinity"] as JsonObject ?? [];
        spec["affinity"] = affinity.Parent is null ? affinity : affinity.DeepClone();
        spec["affinity"]!["nodeAffinity"] = new JsonObject
        {
            ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
            {
                ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                {
                    ["matchFields"] = new JsonArray(new JsonObject
                    {
                        ["key"] = "metadata.name",
                        ["operator"] = "In",
                        ["values"] = new JsonArray(node),
                    }),
                }),
            },
        };
        var own = (spec["tolerations"] as JsonArray)?.Select(t => t!.DeepClone()) ?? [];
        spec["tolerations"] = new JsonArray([.. own, .. NodeFit.Tolerations]);
        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }
}
