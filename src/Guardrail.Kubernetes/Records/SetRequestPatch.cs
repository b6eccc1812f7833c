using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Records;

/// <summary>
/// Holds and resumes a StatefulSet for a person, by its partition. The partition of a person carries no name of Guardrail's, so that Guardrail does
/// not lower it; the one that was there before is kept, and given back when a person resumes.
/// </summary>
internal static class SetRequestPatch
{
    /// <summary>The plan of a Hold or Resume.</summary>
    public static RequestPlan For(GuardedRollout record, RolloutRequest request, JsonElement workload)
    {
        var spec = workload.Field("spec");
        if (record.Spec.Workload.Kind != WorkloadKind.StatefulSet)
        {
            return RequestPatch.Refused($"a {record.Spec.Workload.Kind} has no pause, so its rollout can be neither held nor resumed; it can be rolled back");
        }

        if (spec.Field("updateStrategy").Text("type") == "OnDelete")
        {
            return RequestPatch.Refused("its strategy is OnDelete: nothing goes on by itself that could be held or resumed");
        }

        var set = WorkloadReader.Read(WorkloadKind.StatefulSet, workload);
        return request.Action == RequestedAction.Hold ? Hold(request, workload, set) : Resume(record, request, workload, set);
    }

    private static RequestPlan Hold(RolloutRequest request, JsonElement workload, ClusterObject.Workload set)
    {
        var (metadata, status) = (workload.Field("metadata"), workload.Field("status"));
        var held = set.PausedBy is not null && set.Partition == set.HeldPartition;
        if (!set.Observed && !held)
        {
            return RequestPatch.Refused("the cluster has not taken the newest change of the StatefulSet up yet; ask again in a moment");
        }

        // Pods are replaced from the highest place down: the first that is not stays as it is, and all below it.
        var at = held ? set.Partition : Math.Max(0, set.DesiredReplicas - (int)(status.Number("updatedReplicas") ?? 0));
        if (at == 0)
        {
            return RequestPatch.Refused("every pod has been replaced already, so that nothing is left to be held");
        }

        if (!held && set.Partition >= at)
        {
            return new RequestPlan.Answered(RequestState.Done, $"It stands still already, by the partition {set.Partition}, and not by Guardrail.");
        }

        var annotations = new JsonObject
        {
            [GuardrailAnnotations.PausedBy] = null,
            [GuardrailAnnotations.PausedRevision] = null,
            [GuardrailAnnotations.HeldPartition] = null,
            [GuardrailAnnotations.OwnPartition] = Text((held ? set.OwnPartition : null) ?? (held ? 0 : set.Partition)),
            [GuardrailAnnotations.Reason] = RequestPatch.Why(request, "held"),
        };
        return RequestPatch.Write(metadata, annotations, Partition(at), $"Held at the partition {at} until a person resumes it.");
    }

    private static RequestPlan Resume(GuardedRollout record, RolloutRequest request, JsonElement workload, ClusterObject.Workload set)
    {
        var own = set.OwnPartition ?? 0;
        if (set.Partition <= own)
        {
            return new RequestPlan.Answered(RequestState.Done, "It is not held.");
        }

        var annotations = new JsonObject
        {
            [GuardrailAnnotations.PausedBy] = set.PausedBy ?? RequestPatch.NameOf(request),
            [GuardrailAnnotations.PausedRevision] = record.Spec.To,
            [GuardrailAnnotations.HeldPartition] = Text(set.Partition),
            [GuardrailAnnotations.OwnPartition] = null,
            [GuardrailAnnotations.Reason] = RequestPatch.Why(request, "resumed"),
        };
        return RequestPatch.Write(
            workload.Field("metadata"), annotations, Partition(own), $"Resumed with the partition {own}; it is not held again.");
    }

    private static JsonObject Partition(int partition) =>
        new() { ["updateStrategy"] = new JsonObject { ["rollingUpdate"] = new JsonObject { ["partition"] = partition } } };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
