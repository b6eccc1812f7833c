using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.StatefulSets;

/// <summary>Computes the status of a StatefulSet from its pods as they were read at the beginning of a look.</summary>
internal static class StatefulSetStatus
{
    public static JsonObject Calculate(
        JsonObject set,
        IReadOnlyCollection<Replica> pods,
        string current,
        string update,
        int collisions,
        int replaced,
        TimeSpan minReady,
        DateTimeOffset now)
    {
        var there = pods.Where(p => p.Pod is not null).ToArray();
        var status = new JsonObject
        {
            ["observedGeneration"] = (long)set["metadata"]!["generation"]!,
            ["replicas"] = there.Length,
            ["currentRevision"] = current,
            ["updateRevision"] = update,
            ["collisionCount"] = collisions,
            ["availableReplicas"] = there.Count(p => p.IsAvailable(minReady, now)),
        };
        Kube.SetCount(status, "readyReplicas", there.Count(p => p.IsReady));
        Kube.SetCount(status, "currentReplicas", Math.Max(0, there.Count(p => !p.IsTerminating && p.Revision == current) - replaced));
        Kube.SetCount(status, "updatedReplicas", there.Count(p => !p.IsTerminating && p.Revision == update));
        return status;
    }

    /// <summary>A rolling update that has reached every pod makes the new revision the current one.</summary>
    public static JsonObject Complete(JsonObject status, int wanted)
    {
        if (Kube.Count(status["updatedReplicas"]) == wanted && Kube.Count(status["readyReplicas"]) == wanted && Kube.Count(status["replicas"]) == wanted)
        {
            status["currentRevision"] = (string?)status["updateRevision"];
            Kube.SetCount(status, "currentReplicas", wanted);
        }

        return status;
    }
}
