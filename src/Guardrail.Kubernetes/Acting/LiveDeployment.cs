using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Acting;

/// <summary>A Deployment as it was read a moment ago, with its ReplicaSets.</summary>
internal sealed class LiveDeployment
{
    private readonly JsonElement source;
    private readonly JsonElement annotations;
    private readonly ImmutableArray<(ClusterObject.Revision Kept, JsonElement Source)> replicaSets;

    public LiveDeployment(JsonElement source, IEnumerable<JsonElement> replicaSets)
    {
        this.source = source;
        annotations = source.Field("metadata").Field("annotations");
        Kept = WorkloadReader.Read(WorkloadKind.Deployment, source);
        this.replicaSets = [.. replicaSets.Select(set => (Kept: RevisionReader.ReadReplicaSet(set) as ClusterObject.Revision, Source: set))
            .Where(set => set.Kept?.Owner == Kept.Uid).Select(set => (set.Kept!, set.Source)).OrderBy(set => set.Item1.View.Number)];
    }

    public ClusterObject.Workload Kept { get; }

    /// <summary>The revision its template asks for; null until the controller has made it.</summary>
    public RevisionId? CurrentRevision => replicaSets.LastOrDefault(set => set.Kept.Template == Kept.Template).Kept?.View.Id;

    public string Path => $"apis/apps/v1/namespaces/{Kept.Id.Namespace}/deployments/{Kept.Id.Name}";

    public string? Annotation(string key) => annotations.Text(key);

    /// <summary>The ReplicaSet of a revision; null when the cluster no longer has it.</summary>
    public (ClusterObject.Revision Kept, JsonElement Source)? ReplicaSet(RevisionId revision)
    {
        foreach (var set in replicaSets)
        {
            if (set.Kept.View.Id == revision)
            {
                return set;
            }
        }

        return null;
    }

    public string RevisionHistory =>
        $"it holds {(replicaSets.Length == 0 ? "none" : string.Join(", ", replicaSets.Select(set => set.Kept.View.Id)))} "
        + $"with revisionHistoryLimit {source.Field("spec").Number("revisionHistoryLimit") ?? 10}";

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

    /// <summary>A patch that the server refuses if the Deployment is another, or its spec or annotations have changed since.</summary>
    public JsonPatch ConditionalPatch()
    {
        var patch = new JsonPatch().Test("/metadata/uid", Kept.Uid).Test("/metadata/generation", Kept.Generation);
        // The controller writes annotations without raising the generation. A map that is not there yet must not be put over one it makes
        // now.
        return annotations.ValueKind == JsonValueKind.Object
            ? patch
            : patch.Test("/metadata/resourceVersion", source.Field("metadata").Text("resourceVersion"))
                .Set("/metadata/annotations", new JsonObject());
    }

    /// <summary>Sets an annotation.</summary>
    public static JsonPatch Annotate(JsonPatch patch, string key, string value) =>
        patch.Set("/metadata/annotations/" + JsonPatch.Escape(key), value);

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

    /// <summary>Removes spec.paused, if it is there.</summary>
    public JsonPatch Unpause(JsonPatch patch) =>
        source.Field("spec").Field("paused").ValueKind == JsonValueKind.Undefined ? patch : patch.Remove("/spec/paused");
}
