using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>Takes from a Deployment, StatefulSet or DaemonSet what is kept of it.</summary>
internal static class WorkloadReader
{
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    public const string ChangeCauseAnnotation = "kubernetes.io/change-cause";

    /// <summary>Field manager of Guardrail's own writes.</summary>
    private const string OwnManager = "guardrail";

    /// <summary>The workload; gone as soon as its deletion has begun, since nothing may be done with it any more.</summary>
    public static ClusterObject ReadUnlessDeleted(WorkloadKind kind, JsonElement source) =>
        source.Field("metadata").Text("deletionTimestamp") is null
            ? Read(kind, source)
            : new ClusterObject.Gone(source.Field("metadata").Required("uid"));

    public static ClusterObject.Workload Read(WorkloadKind kind, JsonElement source)
    {
        var (metadata, spec, status) = (source.Field("metadata"), source.Field("spec"), source.Field("status"));
        var annotations = metadata.Field("annotations");
        var manager = ManagerOfTemplate(metadata);
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
            Partition = (int)(spec.Field("updateStrategy").Field("rollingUpdate").Number("partition") ?? 0),
            HeldPartition = (int?)Number(annotations.Text(GuardrailAnnotations.HeldPartition)),
            OwnPartition = (int?)Number(annotations.Text(GuardrailAnnotations.OwnPartition)),
            FirstOrdinal = (int)(spec.Field("ordinals").Number("start") ?? 0),
            ProgressDeadlineExceeded = IsStuck(status),
            RollsGradually = (spec.Field("strategy").Text("type") ?? spec.Field("updateStrategy")
                .Text("type")) is not ("Recreate" or "OnDelete"),
            HistoryLimit = (int?)spec.Number("revisionHistoryLimit"),
            Irreversible = annotations.Text(GuardrailAnnotations.Irreversible) == "true",
            VetoedDecision = annotations.Text(GuardrailAnnotations.Veto),
            Quarantined = [.. GuardrailAnnotations.ReadQuarantined(annotations.Text(GuardrailAnnotations.Quarantined))],
            RequestedRollback = RequestPatch.ReadRollback(annotations.Text(GuardrailAnnotations.RolledBackBy), annotations.Text(GuardrailAnnotations.Reason)),
            TemplateManager = manager,
            MadeBy = GuardrailAnnotations.ReadMadeBy(
                spec.Field("template").Field("metadata").Field("annotations").Text(GuardrailAnnotations.MadeBy)
                    ?? annotations.Text(GuardrailAnnotations.MadeBy)),
            ChangedBy = manager ?? annotations.Text(ChangeCauseAnnotation),
            Labels = metadata.Members("labels").ToImmutableDictionary(label => label.Name, label => label.Value.GetString() ?? ""),
        };
    }

    internal static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsStuck(JsonElement status) => status.Items("conditions").Any(
        condition => condition.Text("type") == "Progressing" && condition.Text("status") == "False"
            && condition.Text("reason") == "ProgressDeadlineExceeded");

    /// <summary>
    /// Who wrote the template last: the newest manager that owns a part of it. Times have seconds only: who wrote in the same second as Guardrail
    /// wrote after it, for Guardrail would have lost the race.
    /// </summary>
    private static string? ManagerOfTemplate(JsonElement metadata)
    {
        var (newest, manager) = (DateTimeOffset.MinValue, (string?)null);
        foreach (var entry in metadata.Items("managedFields"))
        {
            if (entry.Text("subresource") is null or ""
                && entry.Field("fieldsV1").Field("f:spec").Field("f:template").ValueKind == JsonValueKind.Object
                && (entry.Time("time") ?? DateTimeOffset.MinValue) is var time
                && (time > newest || (time == newest && entry.Text("manager") != OwnManager)))
            {
                (newest, manager) = (time, entry.Text("manager"));
            }
        }

        return manager;
    }
}
