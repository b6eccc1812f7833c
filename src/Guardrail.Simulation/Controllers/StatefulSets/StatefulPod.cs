using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Simulation.Controllers.Revisions;

namespace Guardrail.Simulation.Controllers.StatefulSets;

/// <summary>The pods of a StatefulSet: named, labelled and numbered by their place.</summary>
internal static class StatefulPod
{
    public static JsonObject New(JsonObject set, int ordinal, JsonObject revision)
    {
        var template = ControllerHistory.Template(revision);
        var number = ordinal.ToString(CultureInfo.InvariantCulture);
        var name = $"{Kube.Name(set)}-{number}";
        var labels = template["metadata"]?["labels"]?.DeepClone() as JsonObject ?? [];
        labels["apps.kubernetes.io/pod-index"] = number;
        labels[RevisionStyle.PodLabel] = Kube.Name(revision);
        labels["statefulset.kubernetes.io/pod-name"] = name;
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["generateName"] = Kube.Name(set) + "-",
            ["namespace"] = Kube.Key(set).Namespace,
            ["labels"] = labels,
            ["ownerReferences"] = Kube.OwnedBy("apps/v1", RevisionStyle.StatefulSet.Kind, set),
        };
        foreach (var copied in new[] { "annotations", "finalizers" })
        {
            if (template["metadata"]?[copied] is { } value)
            {
                metadata[copied] = value.DeepClone();
            }
        }

        var spec = (JsonObject)template["spec"]!.DeepClone();
        spec["hostname"] = name;
        if (Kube.Text(set["spec"]!["serviceName"]) is { Length: > 0 } service)
        {
            spec["subdomain"] = service;
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }
}
