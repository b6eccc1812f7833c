using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.DaemonSets;

/// <summary>Whether a DaemonSet's pods belong on a node: its name, its labels and its taints.</summary>
internal static class NodeFit
{
    private static readonly (string Key, string Effect)[] Always =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"), ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"), ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ];

    /// <summary>The tolerations that every pod of a DaemonSet has.</summary>
    public static IEnumerable<JsonObject> Tolerations =>
        Always.Select(t => new JsonObject { ["key"] = t.Key, ["operator"] = "Exists", ["effect"] = t.Effect });

    /// <summary>Whether a pod is to be made there, and whether one that is there may stay.</summary>
    public static (bool ShouldRun, bool MayStay) Of(JsonObject node, JsonObject template)
    {
        foreach (var (key, value) in template["spec"]?["nodeSelector"] as JsonObject ?? [])
        {
            if ((string?)node["metadata"]?["labels"]?[key] != (string?)value)
            {
                return (false, false);
            }
        }

        var tolerations = Tolerations.Concat((template["spec"]?["tolerations"] as JsonArray)?.OfType<JsonObject>() ?? []).ToArray();
        var taints = (node["spec"]?["taints"] as JsonArray)?.OfType<JsonObject>()
            .Where(taint => !tolerations.Any(t => Tolerates(t, taint))).Select(taint => (string?)taint["effect"]).ToArray() ?? [];
        return (!taints.Any(e => e is "NoSchedule" or "NoExecute"), !taints.Contains("NoExecute"));
    }

    private static bool Tolerates(JsonObject toleration, JsonObject taint) =>
        ((string?)toleration["effect"] is null or "" || (string?)toleration["effect"] == (string?)taint["effect"])
        && ((string?)toleration["key"] is null or "" || (string?)toleration["key"] == (string?)taint["key"])
        && ((string?)toleration["operator"] == "Exists" || Kube.Text(toleration["value"]) == Kube.Text(taint["value"]));
}
