using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Pods: defaults, the initial status, and which fields of a stored pod may change.</summary>
internal sealed class PodRules() : PlainRules("Pod")
{
    private static readonly string[] Mutable = ["activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations", "ephemeralContainers"];

    public override JsonObject InitialStatus(JsonObject item) => new() { ["phase"] = "Pending", ["qosClass"] = Qos(item) };

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        var spec = Child(item, "spec");
        PodTemplateDefaults.Apply(spec);
        if (old is null)
        {
            Default(spec, "serviceAccountName", "default");
            Default(spec, "serviceAccount", (string?)spec["serviceAccountName"] ?? "default");
            AddTolerations(spec);
            Default(spec, "priority", 0);
            Default(spec, "enableServiceLinks", true);
            Default(spec, "preemptionPolicy", "PreemptLowerPriority");
        }

        JsonText.Settle(spec);
    }

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        foreach (var error in PodTemplateDefaults.Check(item["spec"] as JsonObject, "spec"))
        {
            yield return error;
        }

        if (old is not null && !JsonNode.DeepEquals(Fixed(item, old), Fixed(old, old)))
        {
            yield return FieldError.Forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n");
        }
    }

    /// <summary>What may not change. A pod without a node may get one: that is how the simulated scheduler binds it.</summary>
    private static JsonObject Fixed(JsonObject pod, JsonObject old)
    {
        var spec = (JsonObject)pod["spec"]!.DeepClone();
        if (string.IsNullOrEmpty((string?)old["spec"]?["nodeName"]))
        {
            spec.Remove("nodeName");
        }

        foreach (var field in Mutable)
        {
            spec.Remove(field);
        }

        foreach (var container in (spec["containers"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            container.Remove("image");
        }

        foreach (var container in (spec["initContainers"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            container.Remove("image");
        }

        return spec;
    }

    private static void AddTolerations(JsonObject spec)
    {
        var list = spec["tolerations"] as JsonArray ?? [];
        foreach (var key in new[] { "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable" })
        {
            if (!list.Any(t => (string?)t?["key"] == key))
            {
                list.Add(new JsonObject
                {
                    ["key"] = key,
                    ["operator"] = "Exists",
                    ["effect"] = "NoExecute",
                    ["tolerationSeconds"] = 300,
                });
            }
        }

        if (list.Parent is null)
        {
            spec["tolerations"] = list;
        }
    }

    private static string Qos(JsonObject pod)
    {
        var resources = (pod["spec"]?["containers"] as JsonArray)?.Select(c => c?["resources"] as JsonObject).ToArray() ?? [];
        if (resources.All(r => r?["limits"] is not JsonObject { Count: > 0 } && r?["requests"] is not JsonObject { Count: > 0 }))
        {
            return "BestEffort";
        }

        return resources.All(r => r?["limits"] is JsonObject l && l["cpu"] is not null && l["memory"] is not null
            && (r["requests"] is null || JsonNode.DeepEquals(r["requests"], l))) ? "Guaranteed" : "Burstable";
    }
}
