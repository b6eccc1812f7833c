using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>Computes the status of a Deployment from its ReplicaSets.</summary>
internal static class DeploymentStatus
{
    /// <summary>Counts and the Available condition.</summary>
    public static JsonObject Calculate(
        DeploymentView deployment, IReadOnlyCollection<ReplicaSetView> all, ReplicaSetView? newest, DateTimeOffset now)
    {
        var available = all.Sum(s => s.Available);
        var status = new JsonObject { ["observedGeneration"] = (long)deployment.Json["metadata"]!["generation"]! };
        Kube.SetCount(status, "replicas", all.Sum(s => s.Actual));
        Kube.SetCount(status, "updatedReplicas", newest?.Actual ?? 0);
        Kube.SetCount(status, "readyReplicas", all.Sum(s => s.Ready));
        Kube.SetCount(status, "availableReplicas", available);
        Kube.SetCount(status, "unavailableReplicas", Math.Max(0, all.Sum(s => s.Desired) - available));
        status["terminatingReplicas"] = all.Sum(s => s.Terminating);
        foreach (var kept in new[] { "conditions", "collisionCount" })
        {
            if (deployment.Status?[kept] is { } value)
            {
                status[kept] = value.DeepClone();
            }
        }

        if (available >= deployment.Replicas - deployment.MaxUnavailable)
        {
            ConditionWriter.Set(status, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now);
        }
        else
        {
            ConditionWriter.Set(
                status, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", now);
        }

        return status;
    }

    /// <summary>The Progressing condition of a rollout.</summary>
    public static void JudgeProgress(DeploymentView deployment, JsonObject status, ReplicaSetView? newest, DateTimeOffset now)
    {
        if (deployment.ProgressDeadline is not { } deadline)
        {
            ConditionWriter.Remove(status, "Progressing");
            return;
        }

        var current = deployment.Progressing;
        var reason = (string?)current?["reason"];
        if (Kube.Count(status["replicas"]) == Kube.Count(status["updatedReplicas"]) && reason == "NewReplicaSetAvailable")
        {
            return;
        }

        var who = newest is null ? $"Deployment \"{deployment.Key.Name}\"" : $"ReplicaSet \"{newest.Name}\"";
        if (deployment.IsComplete(status))
        {
            ConditionWriter.Set(status, "Progressing", "True", "NewReplicaSetAvailable", who + " has successfully progressed.", now);
        }
        else if (HasProgressed(deployment.Status, status))
        {
            ConditionWriter.SetProgress(status, "ReplicaSetUpdated", who + " is progressing.", now);
        }
        else if (HasTimedOut(current, reason, deadline, now))
        {
            ConditionWriter.Set(status, "Progressing", "False", "ProgressDeadlineExceeded", who + " has timed out progressing.", now);
        }
    }

    /// <summary>When to look again whether the deadline has passed; null when it needs no look.</summary>
    public static TimeSpan? UntilDeadline(DeploymentView deployment, JsonObject status, DateTimeOffset now)
    {
        if (deployment.ProgressDeadline is not { } deadline || deployment.Progressing is not { } current || deployment.IsComplete(status)
            || (string?)current["reason"] is "ProgressDeadlineExceeded" or "NewReplicaSetAvailable")
        {
            return null;
        }

        // A second on top, because the times of conditions are whole seconds.
        var left = (Kube.Time(current["lastUpdateTime"]) ?? now) + deadline - now;
        return left < TimeSpan.FromSeconds(1) ? TimeSpan.FromMilliseconds(100) : left + TimeSpan.FromSeconds(1);
    }

    private static bool HasProgressed(JsonNode? before, JsonObject after)
    {
        var oldBefore = Kube.Count(before?["replicas"]) - Kube.Count(before?["updatedReplicas"]);
        var oldAfter = Kube.Count(after["replicas"]) - Kube.Count(after["updatedReplicas"]);
        return Kube.Count(after["updatedReplicas"]) > Kube.Count(before?["updatedReplicas"])
            || oldAfter < oldBefore
            || Kube.Count(after["readyReplicas"]) > Kube.Count(before?["readyReplicas"])
            || Kube.Count(after["availableReplicas"]) > Kube.Count(before?["availableReplicas"]);
    }

    private static bool HasTimedOut(JsonObject? current, string? reason, TimeSpan deadline, DateTimeOffset now) =>
        current is not null && reason != "NewReplicaSetAvailable"
        && (reason == "ProgressDeadlineExceeded" || Kube.Time(current["lastUpdateTime"]) + deadline < now);
}
