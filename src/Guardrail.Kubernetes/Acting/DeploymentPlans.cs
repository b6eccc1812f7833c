using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Acting;

/// <summary>What each action on a Deployment comes to. Pure: the Deployment in, the one write out.</summary>
internal static class DeploymentPlans
{
    public static ActionPlan For(WorkloadAction action, LiveDeployment live, DateTimeOffset now) => action switch
    {
        WorkloadAction.Hold hold => Hold(hold, live),
        WorkloadAction.Resume resume => Resume(resume, live),
        WorkloadAction.RollBack rollBack => RollBack(rollBack, live),
        WorkloadAction.DeletePod delete => ActionPlan.Never($"{delete.Workload} is a Deployment, whose controller replaces broken pods itself."),
        WorkloadAction.StampKnownGood stamp => Stamp(stamp, live, now),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "An action of an unknown kind."),
    };

    private static ActionPlan Hold(WorkloadAction.Hold action, LiveDeployment live)
    {
        var byUs = live.Annotation(GuardrailAnnotations.PausedBy) == action.Decision.Value;
        if (live.Kept.Paused || byUs)
        {
            return (live.Kept.Paused, byUs) switch
            {
                (true, true) => ActionPlan.Done,
                (true, false) => ActionPlan.Lost($"{action.Workload} is already paused, by {Holder(live)}."),
                _ => ActionPlan.Lost($"{action.Workload} was held by this decision already, and somebody let it go on."),
            };
        }

        if (live.DiffersFrom(action.Precondition) is { } difference)
        {
            return ActionPlan.Lost(difference);
        }

        var patch = live.ConditionalPatch().Set("/spec/paused", true);
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.PausedBy, action.Decision.Value);
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.PausedRevision, Known(action).Hash);
        return new ActionPlan.Write(live.Path, Explain(patch, action));
    }

    private static ActionPlan Resume(WorkloadAction.Resume action, LiveDeployment live)
    {
        if (!live.Kept.Paused)
        {
            return live.Kept.Uid == action.Precondition.Uid ? ActionPlan.Done : ActionPlan.Lost(live.DiffersFrom(action.Precondition)!);
        }

        if (live.Annotation(GuardrailAnnotations.PausedBy) is null)
        {
            return ActionPlan.Lost($"{action.Workload} is paused by somebody else, and Guardrail resumes only what it paused itself.");
        }

        if (live.DiffersFrom(action.Precondition) is { } difference)
        {
            return ActionPlan.Lost(difference);
        }

        var patch = live.Unpause(live.ConditionalPatch());
        return new ActionPlan.Write(
            live.Path, Explain(live.Unannotate(patch, GuardrailAnnotations.PausedBy, GuardrailAnnotations.PausedRevision), action));
    }

    private static ActionPlan RollBack(WorkloadAction.RollBack action, LiveDeployment live)
    {
        if (live.Kept.Uid == action.Precondition.Uid && live.Annotation(GuardrailAnnotations.RolledBackBy) == action.Decision.Value)
        {
            return ActionPlan.Done;
        }

        if (live.DiffersFrom(action.Precondition) is { } difference)
        {
            return ActionPlan.Lost(difference);
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

        var patch = live.Unpause(live.ConditionalPatch().Set("/spec/template", Template(target.Source)));
        patch = live.Unannotate(patch, GuardrailAnnotations.PausedBy, GuardrailAnnotations.PausedRevision);
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.Quarantined, GuardrailAnnotations.WriteQuarantined(
            live.Annotation(GuardrailAnnotations.Quarantined), Known(action)));
        patch = LiveWorkload.Annotate(patch, GuardrailAnnotations.RolledBackBy, action.Decision.Value);
        patch = live.RefuseReturn(patch, action);
        return new ActionPlan.Write(live.Path, Explain(patch, action));
    }

    private static ActionPlan Stamp(WorkloadAction.StampKnownGood action, LiveDeployment live, DateTimeOffset now)
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

        // The current revision exists, else the precondition would not hold. Its annotations always do: the controller counts revisions
        // there.
        var (kept, source) = live.Revision(revision)!.Value;
        var metadata = source.Field("metadata");
        var patch = new JsonPatch().Test("/metadata/uid", kept.Uid).Test("/metadata/labels/" + TemplateDigest.HashLabel, revision.Hash);
        return new ActionPlan.Write(
            $"apis/apps/v1/namespaces/{action.Workload.Namespace}/replicasets/{metadata.Required("name")}",
            LiveWorkload.Annotate(patch, GuardrailAnnotations.KnownGood, GuardrailAnnotations.WriteKnownGood(revision, now)));
    }

    /// <summary>
    /// The ReplicaSet's template as it is, with every field this client may not know, without the label that its controller added.
    /// </summary>
    private static JsonNode Template(System.Text.Json.JsonElement replicaSet)
    {
        var template = JsonNode.Parse(replicaSet.Field("spec").Field("template").GetRawText())!;
        if (template["metadata"]?["labels"] is JsonObject labels)
        {
            labels.Remove(TemplateDigest.HashLabel);
        }

        return template;
    }

    /// <summary>The revision that the action is about; only a resume may be about one that is not made yet.</summary>
    private static RevisionId Known(WorkloadAction action) => action.Precondition.CurrentRevision
        ?? throw new ArgumentException($"{action.Decision} names no current revision.", nameof(action));

    private static string Holder(LiveDeployment live) =>
        live.Annotation(GuardrailAnnotations.PausedBy) is { } decision ? $"Guardrail's decision {decision}" : "somebody else";

    private static JsonPatch Explain(JsonPatch patch, WorkloadAction action) => LiveWorkload.Explain(patch, action.Reason);
}
