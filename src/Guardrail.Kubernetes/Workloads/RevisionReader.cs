using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Configuration;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>Takes from a ReplicaSet or ControllerRevision what is kept of it; nothing of one that no workload owns.</summary>
internal static class RevisionReader
{
    public const string HashLabel = "controller-revision-hash";

    public static ClusterObject ReadReplicaSet(JsonElement source)
    {
        var (metadata, spec) = (source.Field("metadata"), source.Field("spec"));
        var annotations = metadata.Field("annotations");
        return Owner(metadata, "Deployment") is { } owner && metadata.Field("labels").Text(TemplateDigest.HashLabel) is { Length: > 0 } hash
            ? new ClusterObject.Revision(
                metadata.Required("uid"),
                owner,
                new RevisionView
                {
                    Id = new RevisionId(hash),
                    Number = Math.Max(1, WorkloadReader.Number(annotations.Text(WorkloadReader.RevisionAnnotation)) ?? 1),
                    DesiredReplicas = (int)(spec.Number("replicas") ?? 0),
                    KnownGood = GuardrailAnnotations.IsKnownGood(annotations.Text(GuardrailAnnotations.KnownGood), hash),
                    ReadsConfiguration = !ConfigurationReferences.Of(spec.Field("template")).IsEmpty,
                    Images = Images(spec.Field("template")),
                    ChangedBy = annotations.Text(WorkloadReader.ChangeCauseAnnotation),
                    CreatedAt = metadata.Time("creationTimestamp") ?? default,
                },
                TemplateDigest.Of(spec.Field("template")))
            : new ClusterObject.Gone(metadata.Required("uid"));
    }

    public static ClusterObject ReadControllerRevision(JsonElement source)
    {
        var metadata = source.Field("metadata");
        if ((Owner(metadata, "StatefulSet") ?? Owner(metadata, "DaemonSet")) is not { } owner)
        {
            return new ClusterObject.Gone(metadata.Required("uid"));
        }

        // Pods of a DaemonSet carry the hash, pods of a StatefulSet the whole name of the ControllerRevision.
        var hash = metadata.Field("labels").Text(HashLabel) ?? metadata.Required("name");
        var template = source.Field("data").Field("spec").Field("template");
        return new ClusterObject.Revision(
            metadata.Required("uid"),
            owner,
            new RevisionView
            {
                Id = new RevisionId(hash),
                Number = Math.Max(1, source.Number("revision") ?? 1),
                DesiredReplicas = 0,
                KnownGood = GuardrailAnnotations.IsKnownGood(metadata.Field("annotations").Text(GuardrailAnnotations.KnownGood), hash),
                ReadsConfiguration = !ConfigurationReferences.Of(template).IsEmpty,
                Images = Images(template),
                ChangedBy = metadata.Field("annotations").Text(WorkloadReader.ChangeCauseAnnotation),
                CreatedAt = metadata.Time("creationTimestamp") ?? default,
            },
            TemplateDigest.Of(template));
    }

    /// <summary>Uid of the controlling owner, if it is of that kind.</summary>
    internal static string? Owner(JsonElement metadata, params ReadOnlySpan<string> kinds)
    {
        foreach (var owner in metadata.Items("ownerReferences"))
        {
            if (owner.Flag("controller") && owner.Text("kind") is { } kind && kinds.Contains(kind))
            {
                return owner.Text("uid");
            }
        }

        return null;
    }

    private static ImmutableArray<string> Images(JsonElement template) =>
        [.. template.Field("spec").Items("containers").Select(container => container.Text("image") ?? "")];
}
