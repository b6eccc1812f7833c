using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Contest;
using Guardrail.Kubernetes.Records;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Acting;

/// <summary>A workload as it was read a moment ago, with its revisions.</summary>
internal abstract class LiveWorkload
{
    private readonly JsonElement annotations;

    protected LiveWorkload(
        WorkloadKind kind, JsonElement source, IEnumerable<JsonElement> revisions, Func<JsonElement, ClusterObject> read)
    {
        Source = source;
        annotations = source.Field("metadata").Field("annotations");
        Kept = WorkloadReader.Read(kind, source);
        Revisions = [.. revisions.Select(one => (Kept: read(one) as ClusterObject.Revision, Source: one))
            .Where(one => one.Kept?.Owner == Kept.Uid).Select(one => (one.Kept!, one.Source)).OrderBy(one => one.Item1.View.Number)];
    }

    public ClusterObject.Workload Kept { get; }

    /// <summary>The revision its template asks for; null until the controller has made it.</summary>
    public abstract RevisionId? CurrentRevision { get; }

    public string Path => $"apis/apps/v1/namespaces/{Kept.Id.Namespace}/{Kept.Id.Kind.ToString().ToLowerInvariant()}s/{Kept.Id.Name}";

    public string RevisionHistory =>
        $"it holds {(Revisions.Length == 0 ? "none" : string.Join(", ", Revisions.Select(one => one.Kept.View.Id)))} "
        + $"with revisionHistoryLimit {Source.Field("spec").Number("revisionHistoryLimit") ?? 10}";

    protected JsonElement Source { get; }

    /// <summary>Its revisions, in the order of their numbers.</summary>
    protected ImmutableArray<(ClusterObject.Revision Kept, JsonElement Source)> Revisions { get; }

    public string? Annotation(string key) => annotations.Text(key);

    /// <summary>The ReplicaSet or ControllerRevision of a revision; null when the cluster no longer has it.</summary>
    public (ClusterObject.Revision Kept, JsonElement Source)? Revision(RevisionId revision)
    {
        foreach (var one in Revisions)
        {
            if (one.Kept.View.Id == revision)
            {
                return one;
            }
        }

        return null;
    }

    /// <summary>The pod template of a ReplicaSet or ControllerRevision.</summary>
    public JsonElement TemplateOf(JsonElement revision) =>
        (Kept.Id.Kind == WorkloadKind.Deployment ? revision : revision.Field("data")).Field("spec").Field("template");

    /// <summary>What differs from what the action expects, in one sentence; null when nothing does.</summary>
    public string? DiffersFrom(Precondition expected)
    {
        if (Kept.Uid != expected.Uid)
        {
            return $"{Kept.Id} was deleted and made anew (uid {Kept.Uid}, expected {expected.Uid}).";
        }

        if (CurrentRevision != expected.CurrentRevision)
        {
            return $"The template of {Kept.Id} now asks for revision {CurrentRevision?.Hash ?? "not yet made"}, expected {expected.CurrentRevision?.Hash ?? "not yet made"}.";
        }

        return Kept.Generation == expected.Generation
            ? null
            : $"{Kept.Id} was changed by {Kept.ChangedBy ?? "somebody else"} or another controller: "
                + $"generation {Kept.Generation}, expected {expected.Generation}.";
    }

    /// <summary>A patch that the server refuses if the workload is another, or its spec (a Deployment's: or annotations) has changed since.</summary>
    public JsonPatch ConditionalPatch()
    {
        var patch = new JsonPatch().Test("/metadata/uid", Kept.Uid).Test("/metadata/generation", Kept.Generation);
        // The controller writes annotations without raising the generation. A map that is not there yet must not be put over one it makes
        // now.
        return annotations.ValueKind == JsonValueKind.Object ? patch : WithAnnotations(patch, Source);
    }

    /// <summary>Gives an object that has no annotations an empty map of them, unless it has changed since.</summary>
    protected static JsonPatch WithAnnotations(JsonPatch patch, JsonElement source) =>
        patch.Test("/metadata/resourceVersion", source.Field("metadata").Text("resourceVersion")).Set("/metadata/annotations", new JsonObject());

    /// <summary>Sets an annotation.</summary>
    public static JsonPatch Annotate(JsonPatch patch, string key, string value) =>
        patch.Set("/metadata/annotations/" + JsonPatch.Escape(key), value);

    /// <summary>Writes why.</summary>
    public static JsonPatch Explain(JsonPatch patch, string reason) => Annotate(
        patch,
        GuardrailAnnotations.Reason,
        reason.Length <= GuardrailAnnotations.ReasonLimit ? reason : reason[..GuardrailAnnotations.ReasonLimit]);

    /// <summary>Marks the template that a rollback leaves as one that the API server refuses, if the policy wants that.</summary>
    public JsonPatch RefuseReturn(JsonPatch patch, WorkloadAction.RollBack action)
    {
        if (action is not { Refused: { } rollout, Precondition.CurrentRevision: { } left })
        {
            return patch;
        }

        if (Source.Field("metadata").Field("labels").ValueKind != JsonValueKind.Object)
        {
            patch = patch.Test("/metadata/resourceVersion", Source.Field("metadata").Text("resourceVersion")).Set("/metadata/labels", new JsonObject());
        }

        var refused = new RefusedTemplate(left, Kept.Template, RecordName.Of(rollout, Kept.Uid));
        return Annotate(
            patch.Set("/metadata/labels/" + JsonPatch.Escape(GuardrailAnnotations.RefusesLabel), "true"),
            GuardrailAnnotations.RefusedTemplates,
            RefusedTemplates.Add(Annotation(GuardrailAnnotations.RefusedTemplates), refused));
    }

    /// <summary>Removes annotations, as far as they are there.</summary>
    public JsonPatch Unannotate(JsonPatch patch, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Annotation(key) is not null)
            {
                patch.Remove("/metadata/annotations/" + JsonPatch.Escape(key));
            }
        }

        return patch;
    }
}
