using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Acting;

/// <summary>What each action on a StatefulSet or DaemonSet comes to. Pure: the set in, the one write out.</summary>
internal static class SetPlans
{
    public static ActionPlan For(WorkloadAction action, LiveSet live, DateTimeOffset now) => action switch
    {
        WorkloadAction.Hold hold => Hold(hold, live),
        WorkloadAction.Resume resume => Resume(resume, live),
        WorkloadAction.RollBack rollBack => RollBack(rollBack, live),
        WorkloadAction.DeletePod delete => DeletePod(delete, live),
        WorkloadAction.StampKnownGood stamp => Stamp(stamp, live, now),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "An action of an unknown kind."),
    };

    private static ActionPlan Hold(WorkloadAction.Hold action, LiveSet live)
    {
        if (live.Kept.Id.Kind != WorkloadKind.StatefulSet || !live.Kept.RollsGradually)
        {
            return ActionPlan.Never(live.Kept.Id.Kind == WorkloadKind.StatefulSet
                ? $"{action.Workload} has the strategy OnDelete: nothing goes on by itself that could be held."
                : $"{action.Workload} is a {live.Kept.Id.Kind}, which has no pause: its rollout cannot be held.");
        }

        var holder = live.Annotation(GuardrailAnnotations.PausedBy);
        if (holder == action.Decision.Value)
        {
            return live.IsHeldByGuardrail
                ? ActionPlan.Done
                : ActionPlan.Lost($"{action.Workload} was held by this decision already, and somebody changed its partition to {live.Kept.Partition}.");
        }

        if (live.IsHeldByGuardrail)
        {
            return ActionPlan.Lost($"{action.Workload} is already held, by Guardrail's decision {holder}.");
        }

        if (live.DiffersFrom(action.Precondition) is { } difference)
        {
            return ActionPlan.Lost(difference);
        }

        var at = live.UpdatedFrom;
        if (at == 0)
        {
            return ActionPlan.Lost($"Every pod of {action.Workload} has been replaced already.");
        }

        if (live.Kept.Partition >= at)
        {
            return ActionPlan.Lost($"{action.Workload} already stands still, by the partition {live.Kept.Partition} that somebody else set.");
        }

        var patch = live.Partition(live.ConditionalPatch(), at);
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.PausedBy, action.Decision.Value);
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.PausedRevision, Known(action).Hash);
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.HeldPartition, Text(at));
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.OwnPartition, Text(live.Kept.Partition));
        return new ActionPlan.Write(live.Path, LiveWorkload.Explain(patch, action.Reason));
    }

    private static ActionPlan Resume(WorkloadAction.Resume action, LiveSet live)
    {
        var difference = live.DiffersFrom(action.Precondition);
        if (!live.IsHeldByGuardrail)
        {
            var raised = live.Annotation(GuardrailAnnotations.PausedBy) is not null && live.Kept.Partition > live.Kept.HeldPartition;
            return raised
                ? ActionPlan.Lost($"Somebody else raised the partition of {action.Workload} to {live.Kept.Partition}, and Guardrail resumes only what it held itself.")
                : live.Kept.Uid == action.Precondition.Uid ? ActionPlan.Done : ActionPlan.Lost(difference!);
        }

        if (difference is not null)
        {
            return ActionPlan.Lost(difference);
        }

        return live.Kept.OwnPartition is null
            ? ActionPlan.Never($"Annotation {GuardrailAnnotations.OwnPartition} of {action.Workload} no longer tells which partition to give back: "
                + "set spec.updateStrategy.rollingUpdate.partition by hand.")
            : new ActionPlan.Write(live.Path, LiveWorkload.Explain(live.LetGo(live.ConditionalPatch()), action.Reason));
    }

    private static ActionPlan RollBack(WorkloadAction.RollBack action, LiveSet live)
    {
        if (live.Kept.Uid == action.Precondition.Uid && live.Annotation(GuardrailAnnotations.RolledBackBy) == action.Decision.Value)
        {
            return ActionPlan.Done;
        }

        if (live.DiffersFrom(action.Precondition) is { } difference)
        {
            return ActionPlan.Lost(difference);
        }

        // Annotations do not raise the generation of these kinds, so what a person wrote there since is not in the precondition.
        if (live.Kept.Irreversible || live.Kept.VetoedDecision == action.Decision.Value)
        {
            return ActionPlan.Lost($"A person marked {action.Workload} {(live.Kept.Irreversible ? "irreversible" : "with a veto")} just now.");
        }

        if (action.To == action.Precondition.CurrentRevision)
        {
            return ActionPlan.Never($"{action.Workload} cannot be rolled back from revision {action.To} to itself.");
        }

        if (live.Revision(action.To) is not { } target)
        {
            return ActionPlan.Never($"Revision {action.To} of {action.Workload} no longer exists ({live.RevisionHistory}); "
                + "raise spec.revisionHistoryLimit, and deploy a good template by hand now.");
        }

        if (Template(target.Source) is not { } template)
        {
            return ActionPlan.Never($"ControllerRevision {action.To} of {action.Workload} holds no pod template; deploy a good one by hand now.");
        }

        var patch = live.LetGo(live.ConditionalPatch().Set("/spec/template", template));
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.Quarantined, GuardrailAnnotations.WriteQuarantined(
            live.Annotation(GuardrailAnnotations.Quarantined), Known(action)));
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.RolledBackBy, action.Decision.Value);
        patch = live.RefuseReturn(patch, action);
        return new ActionPlan.Write(live.Path, LiveWorkload.Explain(patch, action.Reason));
    }

    private static ActionPlan DeletePod(WorkloadAction.DeletePod action, LiveSet live)
    {
        if (live.Kept.Id.Kind != WorkloadKind.StatefulSet)
        {
            return ActionPlan.Never($"{action.Workload} is a {live.Kept.Id.Kind}, whose controller replaces broken pods itself.");
        }

        if (live.Pod(action.Pod, action.PodUid) is not { } pod)
        {
            return ActionPlan.Done;
        }

        if (live.DiffersFrom(action.Precondition) is { } difference)
        {
            return ActionPlan.Lost(difference);
        }

        var quarantined = GuardrailAnnotations.ReadQuarantined(live.Annotation(GuardrailAnnotations.Quarantined));
        if (LiveSet.RevisionOf(pod) is not { } revision || revision == live.CurrentRevision || !quarantined.Contains(revision))
        {
            return ActionPlan.Lost($"{action.Pod} is of no revision that was rolled back.");
        }

        return PodReader.Read(pod) is ClusterObject.Pod { View.ReadySince: not null }
            ? ActionPlan.Lost($"{action.Pod} has become ready.")
            : new ActionPlan.Delete(
                $"api/v1/namespaces/{action.Pod.Namespace}/pods/{action.Pod.Name}",
                action.PodUid,
                pod.Field("metadata").Required("resourceVersion"));
    }

    private static ActionPlan Stamp(WorkloadAction.StampKnownGood action, LiveSet live, DateTimeOffset now)
    {
        var revision = Known(action);
        if (live.Kept.Uid == action.Precondition.Uid && live.Revision(revision)?.Kept.View.KnownGood == true)
        {
            return ActionPlan.Done;
        }

        if (live.DiffersFrom(action.Precondition) is { } difference)
        {
            return ActionPlan.Lost(difference);
        }

        // The current revision exists, else the precondition would not hold.
        var source = live.Revision(revision)!.Value.Source;
        return new ActionPlan.Write(
            $"apis/apps/v1/namespaces/{action.Workload.Namespace}/controllerrevisions/{source.Field("metadata").Required("name")}",
            LiveWorkload.Annotate(
                LiveSet.ConditionalPatchOf(source), GuardrailAnnotations.KnownGood, GuardrailAnnotations.WriteKnownGood(revision, now)));
    }

    /// <summary>The template as the ControllerRevision keeps it, with every field this client may not know, without the directive of a patch.</summary>
    private static JsonObject? Template(JsonElement revision)
    {
        var template = revision.Field("data").Field("spec").Field("template");
        if (template.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var node = JsonNode.Parse(template.GetRawText())!.AsObject();
        node.Remove("$patch");
        return node;
    }

    private static RevisionId Known(WorkloadAction action) => action.Precondition.CurrentRevision
        ?? throw new ArgumentException($"{action.Decision} names no current revision.", nameof(action));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
