using System.Text.Json;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Acting;

/// <summary>A Deployment as it was read a moment ago, with its ReplicaSets.</summary>
internal sealed class LiveDeployment(JsonElement source, IEnumerable<JsonElement> replicaSets)
    : LiveWorkload(WorkloadKind.Deployment, source, replicaSets, RevisionReader.ReadReplicaSet)
{
    public override RevisionId? CurrentRevision => Revisions.LastOrDefault(set => set.Kept.Template == Kept.Template).Kept?.View.Id;

    /// <summary>Removes spec.paused, if it is there.</summary>
    public JsonPatch Unpause(JsonPatch patch) =>
        Source.Field("spec").Field("paused").ValueKind == JsonValueKind.Undefined ? patch : patch.Remove("/spec/paused");
}
