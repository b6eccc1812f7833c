using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.ReplicaSets;

/// <summary>Which pods a ReplicaSet gives up first.</summary>
internal static class PodRanking
{
    public static bool IsFinished(JsonObject pod) => (string?)pod["status"]?["phase"] is "Succeeded" or "Failed";

    public static bool IsActive(JsonObject pod) => !Kube.IsDeleting(pod) && !IsFinished(pod);

    public static bool IsReady(JsonObject pod) => (string?)Kube.Condition(pod["status"], "Ready")?["status"] == "True";

    public static DateTimeOffset ReadySince(JsonObject pod) =>
        Kube.Time(Kube.Condition(pod["status"], "Ready")?["lastTransitionTime"]) ?? DateTimeOffset.MaxValue;

    /// <summary>
    /// Unassigned before assigned, pending before running, not ready before ready, cheap before dear, crowded nodes first, ready for a
    /// short time before ready for long, many restarts before few, young before old.
    /// </summary>
    public static IEnumerable<JsonObject> FirstToGo(IReadOnlyCollection<JsonObject> pods)
    {
        var crowd = pods.GroupBy(Node, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        return pods
            .OrderBy(p => Node(p).Length > 0)
            .ThenBy(p => (string?)p["status"]?["phase"] switch { "Pending" => 0, "Unknown" => 1, _ => 2 })
            .ThenBy(IsReady)
            .ThenBy(p => int.TryParse(Kube.Annotation(p, "controller.kubernetes.io/pod-deletion-cost"), out var cost) ? cost : 0)
            .ThenByDescending(p => crowd[Node(p)])
            .ThenByDescending(p => IsReady(p) ? ReadySince(p) : DateTimeOffset.MinValue)
            .ThenByDescending(Restarts)
            .ThenByDescending(p => Kube.Text(p["metadata"]?["creationTimestamp"]), StringComparer.Ordinal)
            .ThenBy(Kube.Uid, StringComparer.Ordinal);
    }

    private static string Node(JsonObject pod) => Kube.Text(pod["spec"]?["nodeName"]);

    private static int Restarts(JsonObject pod) =>
        (pod["status"]?["containerStatuses"] as JsonArray)?.Max(c => Kube.Count(c?["restartCount"])) ?? 0;
}
