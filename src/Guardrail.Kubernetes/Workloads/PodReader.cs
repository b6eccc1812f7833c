using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>Takes from a pod what is kept of it; nothing of a pod that no ReplicaSet, StatefulSet or DaemonSet made.</summary>
internal static class PodReader
{
    public static ClusterObject Read(JsonElement source)
    {
        var (metadata, status) = (source.Field("metadata"), source.Field("status"));
        var uid = metadata.Required("uid");
        var owner = RevisionReader.Owner(metadata, "ReplicaSet", "StatefulSet", "DaemonSet");
        var labels = metadata.Field("labels");
        var hash = labels.Text(TemplateDigest.HashLabel) ?? labels.Text(RevisionReader.HashLabel);
        if (owner is null || hash is null || metadata.Text("deletionTimestamp") is not null
            || status.Text("phase") is "Succeeded" or "Failed")
        {
            return new ClusterObject.Gone(uid);
        }

        var containers = status.Items("initContainerStatuses").Concat(status.Items("containerStatuses")).ToArray();
        return new ClusterObject.Pod(uid, owner, new PodView
        {
            Id = new PodId(metadata.Required("namespace"), metadata.Required("name")),
            Uid = uid,
            Revision = new RevisionId(hash),
            CreatedAt = metadata.Time("creationTimestamp") ?? default,
            ReadySince = ReadySince(status),
            Restarts = (int)containers.Sum(container => container.Number("restartCount") ?? 0),
            OutOfMemoryKills = containers.Count(WasKilledForMemory),
            WaitingReason = containers.Select(WaitingReason).FirstOrDefault(reason => reason is not null),
            Node = source.Field("spec").Text("nodeName"),
            ScrapeTarget = ScrapeTargets.Of(source),
        });
    }

    private static DateTimeOffset? ReadySince(JsonElement status)
    {
        foreach (var condition in status.Items("conditions"))
        {
            if (condition.Text("type") == "Ready" && condition.Text("status") == "True")
            {
                return condition.Time("lastTransitionTime");
            }
        }

        return null;
    }

    private static bool WasKilledForMemory(JsonElement container) =>
        container.Field("state").Field("terminated").Text("reason") == "OOMKilled"
        || container.Field("lastState").Field("terminated").Text("reason") == "OOMKilled";

    private static string? WaitingReason(JsonElement container) =>
        container.Field("state").Field("waiting")
            .Text("reason") is { Length: > 0 } reason and not ("ContainerCreating" or "PodInitializing")
            ? reason
            : null;
}
