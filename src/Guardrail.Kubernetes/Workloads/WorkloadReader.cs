using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>Takes from a Deployment, StatefulSet or DaemonSet what is kept of it.</summary>
internal static class WorkloadReader
{
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    public const string ChangeCauseAnnotation = "kubernetes.io/change-cause";

    /// <summary>The workload; gone as soon as its deletion has begun, since nothing may be done with it any more.</summary>
    public static ClusterObject ReadUnlessDeleted(WorkloadKind kind, JsonElement source) =>
        source.Field("metadata").Text("deletionTimestamp") is null
            ? Read(kind, source)
            : new ClusterObject.Gone(source.Field("metadata").Required("uid"));

    public static ClusterObject.Workload Read(WorkloadKind kind, JsonElement source)
    {
        var (metadata, spec, status) = (source.Field("metadata"), source.Field("spec"), source.Field("status"));
        var annotations = metadata.Field("annotations");
        var generation = metadata.Number("generation") ?? 0;
        return new ClusterObject.Workload(
            metadata.Required("uid"), new WorkloadId(metadata.Required("namespace"), kind, metadata.Required("name")))
        {
            Generation = generation,
            Observed = (status.Number("observedGeneration") ?? 0) >= generation,
            DesiredReplicas = (int)(kind == WorkloadKind.DaemonSet ? status.Number("desiredNumberScheduled") ?? 0
                : spec.Number("replicas") ?? 1),
            Template = TemplateDigest.Of(spec.Field("template")),
            ControllerRevision = Number(annotations.Text(RevisionAnnotation)),
            Paused = spec.Flag("paused"),
            PausedBy = annotations.Text(GuardrailAnnotations.PausedBy),
            PausedRevision = annotations.Text(GuardrailAnnotations.PausedRevision),
            ProgressDeadlineExceeded = IsStuck(status),
            RollsGradually = (spec.Field("strategy").Text("type") ?? spec.Field("updateStrategy")
                .Text("type")) is not ("Recreate" or "OnDelete"),
            HistoryLimit = (int?)spec.Number("revisionHistoryLimit"),
            Irreversible = annotations.Text(GuardrailAnnotations.Irreversible) == "true",
            VetoedDecision = annotations.Text(GuardrailAnnotations.Veto),
            Quarantined = [.. GuardrailAnnotations.ReadQuarantined(annotations.Text(GuardrailAnnotations.Quarantined))],
            ChangedBy = ManagerOfTemplate(metadata) ?? annotations.Text(ChangeCauseAnnotation),
            Labels = metadata.Members("labels").ToImmutableDictionary(label => label.Name, label => label.Value.GetString() ?? ""),
        };
    }

    internal static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsStuck(JsonElement status) => status.Items("conditions").Any(
        condition => condition.Text("type") == "Progressing" && condition.Text("status") == "False"
            && condition.Text("reason") == "ProgressDeadlineExceeded");

    /// <summary>Who wrote the template last: the newest manager that owns a part of it.</summary>
    private static string? ManagerOfTemplate(JsonElement metadata)
    {
        var (newest, manager) = (DateTimeOffset.MinValue, (string?)null);
        foreach (var entry in metadata.Items("managedFields"))
        {
            if (entry.Text("subresource") is null or ""
                && entry.Field("fieldsV1").Field("f:spec").Field("f:template").ValueKind == JsonValueKind.Object
                && (entry.Time("time") ?? DateTimeOffset.MinValue) is var time && time >= newest)
            {
                (newest, manager) = (time, entry.Text("manager"));
            }
        }

        return manager;
    }
}
