using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Acting;

/// <summary>A StatefulSet or DaemonSet as it was read a moment ago, with its ControllerRevisions and, for a StatefulSet, its pods.</summary>
internal sealed class LiveSet : LiveWorkload
{
    private const string PartitionPath = "/spec/updateStrategy/rollingUpdate/partition";
    private readonly ImmutableArray<JsonElement> pods;

    public LiveSet(WorkloadKind kind, JsonElement source, IEnumerable<JsonElement> revisions, IEnumerable<JsonElement> pods)
        : base(kind, source, revisions, RevisionReader.ReadControllerRevision) =>
        this.pods = [.. pods.Where(pod => RevisionReader.Owner(pod.Field("metadata"), kind.ToString()) == Kept.Uid)];

    /// <summary>The template's revision; one that is used again counts only when the controller has given it the highest number.</summary>
    public override RevisionId? CurrentRevision => Revisions is [.., var last] && last.Kept.Template == Kept.Template ? last.Kept.View.Id : null;

    /// <summary>Whether it stands at the partition by which Guardrail holds it.</summary>
    public bool IsHeldByGuardrail => Annotation(GuardrailAnnotations.PausedBy) is not null && Kept.Partition == Kept.HeldPartition;

    /// <summary>The lowest place from which on every pod has been replaced, or is being; the number of pods when none has.</summary>
    public int UpdatedFrom
    {
        get
        {
            var waiting = pods.Where(pod => pod.Field("metadata").Text("deletionTimestamp") is null && RevisionOf(pod) != CurrentRevision)
                .Select(pod => Partitions.IndexOf(pod.Field("metadata").Required("name"), Kept.FirstOrdinal) ?? -1);
            return Math.Min(waiting.DefaultIfEmpty(-1).Max() + 1, Kept.DesiredReplicas);
        }
    }

    public static RevisionId? RevisionOf(JsonElement pod) =>
        pod.Field("metadata").Field("labels").Text(RevisionReader.HashLabel) is { Length: > 0 } hash ? new RevisionId(hash) : null;

    /// <summary>The pod of that name and uid; null when it is gone or going.</summary>
    public JsonElement? Pod(PodId id, string uid)
    {
        foreach (var pod in pods)
        {
            var metadata = pod.Field("metadata");
            if (metadata.Text("name") == id.Name && metadata.Text("uid") == uid && metadata.Text("deletionTimestamp") is null)
            {
                return pod;
            }
        }

        return null;
    }

    /// <summary>Sets the partition.</summary>
    public JsonPatch Partition(JsonPatch patch, int partition) =>
        Source.Field("spec").Field("updateStrategy").Field("rollingUpdate").ValueKind == JsonValueKind.Object
            ? patch.Set(PartitionPath, partition)
            : patch.Set("/spec/updateStrategy/rollingUpdate", new JsonObject { ["partition"] = partition });

    /// <summary>Gives back the partition that it had before Guardrail held it, unless somebody has changed it since.</summary>
    public JsonPatch LetGo(JsonPatch patch)
    {
        patch = IsHeldByGuardrail && Kept.OwnPartition is { } own ? Partition(patch, own) : patch;
        return Unannotate(
            patch, GuardrailAnnotations.PausedBy, GuardrailAnnotations.PausedRevision, GuardrailAnnotations.HeldPartition, GuardrailAnnotations.OwnPartition);
    }

    /// <summary>A patch that the server refuses if a ControllerRevision is another.</summary>
    public static JsonPatch ConditionalPatchOf(JsonElement revision)
    {
        var metadata = revision.Field("metadata");
        var patch = new JsonPatch().Test("/metadata/uid", metadata.Required("uid"));
        return metadata.Field("annotations").ValueKind == JsonValueKind.Object ? patch : WithAnnotations(patch, revision);
    }
}
