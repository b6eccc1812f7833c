using System.Text.Json.Nodes;
using Guardrail.Simulation.Controllers.ReplicaSets;
using Guardrail.Simulation.Controllers.Revisions;

namespace Guardrail.Simulation.Controllers.DaemonSets;

/// <summary>The pods of a DaemonSet on one node.</summary>
internal sealed class NodePods(string node, IEnumerable<JsonObject> pods, string hash)
{
    public string Node { get; } = node;

    /// <summary>Every pod, terminating ones too, oldest first.</summary>
    public IReadOnlyList<JsonObject> All { get; } =
        [.. pods.OrderBy(p => Kube.Text(p["metadata"]?["creationTimestamp"]), StringComparer.Ordinal).ThenBy(Kube.Name, StringComparer.Ordinal)];

    public IEnumerable<JsonObject> Alive => All.Where(p => !Kube.IsDeleting(p));

    /// <summary>The oldest living pod of the current revision.</summary>
    public JsonObject? New => Alive.FirstOrDefault(p => IsOf(p, hash));

    /// <summary>The oldest living pod of another revision.</summary>
    public JsonObject? Old => Alive.FirstOrDefault(p => !IsOf(p, hash));

    public static bool IsOf(JsonObject pod, string hash) => (string?)pod["metadata"]?["labels"]?[RevisionStyle.PodLabel] == hash;

    public static bool IsAvailable(JsonObject pod, TimeSpan minReady, DateTimeOffset now) =>
        PodRanking.IsReady(pod) && (minReady == TimeSpan.Zero || PodRanking.ReadySince(pod) + minReady <= now);

    /// <summary>The node a pod runs on or is made for; empty when it may run on any.</summary>
    public static string NodeOf(JsonObject pod)
    {
        if (Kube.Text(pod["spec"]?["nodeName"]) is { Length: > 0 } bound)
        {
            return bound;
        }

        var required = pod["spec"]?["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"];
        var fields = First(required?["nodeSelectorTerms"])?["matchFields"];
        return Kube.Text((First(fields)?["values"] as JsonArray)?.FirstOrDefault());
    }

    private static JsonNode? First(JsonNode? list) => (list as JsonArray)?.FirstOrDefault();
}
