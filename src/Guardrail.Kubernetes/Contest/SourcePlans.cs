using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Contest;

/// <summary>
/// What suspending a GitOps object, and giving it back, comes to. Pure: the object in, the one write out. Flux has <c>spec.suspend</c>. Of an Argo CD
/// Application <c>spec.syncPolicy.automated</c> is taken away and kept in an annotation: people can still sync it by hand, its status goes on, and
/// every version understands it.
/// </summary>
internal static class SourcePlans
{
    private const string Automated = "/spec/syncPolicy/automated";

    /// <summary>The suspension.</summary>
    /// <param name="source">Which object it is.</param>
    /// <param name="live">The object as it was read a moment ago.</param>
    /// <param name="action">The action.</param>
    public static ActionPlan Suspend(GitOpsSource source, JsonElement live, WorkloadAction.SuspendSource action)
    {
        var annotations = live.Field("metadata").Field("annotations");
        var occasion = Occasion(action);
        var suspended = IsSuspended(source, live);
        if (annotations.Text(GuardrailAnnotations.SuspendedFor) == occasion)
        {
            return suspended
                ? ActionPlan.Done
                : ActionPlan.Never($"{source} was suspended by Guardrail ({annotations.Text(GuardrailAnnotations.SuspendedBy)}), and somebody "
                    + $"({LastManager(live) ?? "the cluster does not tell who"}) let it go on: it is not suspended again.");
        }

        if (suspended)
        {
            return ActionPlan.Never($"{source} {(source.Kind == SourceKind.Application ? "does not sync by itself" : "is suspended already")}, and not by "
                + "Guardrail: what brings the revision back is something else.");
        }

        var patch = Conditional(live, annotations);
        if (source.Kind == SourceKind.Application)
        {
            var automated = JsonNode.Parse(live.Field("spec").Field("syncPolicy").Field("automated").GetRawText());
            patch.Test(Automated, automated).Remove(Automated);
            Annotate(patch, GuardrailAnnotations.SuspendedAutomated, automated!.ToJsonString());
        }
        else
        {
            patch.Set("/spec/suspend", true);
        }

        Annotate(patch, GuardrailAnnotations.SuspendedBy, action.Decision.Value);
        Annotate(patch, GuardrailAnnotations.SuspendedFor, occasion);
        Annotate(patch, GuardrailAnnotations.SuspendedReason, action.Reason[..Math.Min(action.Reason.Length, GuardrailAnnotations.ReasonLimit)]);
        return new ActionPlan.Write(source.Path, patch);
    }

    /// <summary>The giving back; null when Guardrail has not suspended it.</summary>
    public static JsonPatch? GiveBack(GitOpsSource source, JsonElement live)
    {
        var annotations = live.Field("metadata").Field("annotations");
        if (annotations.Text(GuardrailAnnotations.SuspendedBy) is null)
        {
            return null;
        }

        var patch = Conditional(live, annotations);
        if (source.Kind == SourceKind.Application && live.Field("spec").Field("syncPolicy").Field("automated").ValueKind == JsonValueKind.Undefined)
        {
            if (live.Field("spec").Field("syncPolicy").ValueKind != JsonValueKind.Object)
            {
                patch.Set("/spec/syncPolicy", new JsonObject());
            }

            patch.Set(Automated, Kept(annotations));
        }
        else if (source.Kind != SourceKind.Application && live.Field("spec").Flag("suspend"))
        {
            patch.Set("/spec/suspend", false);
        }

        foreach (var key in (string[])[GuardrailAnnotations.SuspendedBy, GuardrailAnnotations.SuspendedFor, GuardrailAnnotations.SuspendedReason,
            GuardrailAnnotations.SuspendedAutomated])
        {
            if (annotations.Text(key) is not null)
            {
                patch.Remove("/metadata/annotations/" + JsonPatch.Escape(key));
            }
        }

        return patch;
    }

    private static bool IsSuspended(GitOpsSource source, JsonElement live)
    {
        var automated = live.Field("spec").Field("syncPolicy").Field("automated");
        return source.Kind == SourceKind.Application
            ? automated.ValueKind != JsonValueKind.Object || automated.Field("enabled").ValueKind == JsonValueKind.False
            : live.Field("spec").Flag("suspend");
    }

    /// <summary>
    /// The server refuses it if the object is another or its spec is not what was seen. An Application's generation rises with its status, too, so
    /// there the value itself is tested.
    /// </summary>
    private static JsonPatch Conditional(JsonElement live, JsonElement annotations)
    {
        var metadata = live.Field("metadata");
        var patch = new JsonPatch().Test("/metadata/uid", metadata.Required("uid"));
        if (live.Field("spec").Field("syncPolicy").ValueKind == JsonValueKind.Undefined && metadata.Number("generation") is { } generation)
        {
            patch.Test("/metadata/generation", generation);
        }

        return annotations.ValueKind == JsonValueKind.Object
            ? patch
            : patch.Test("/metadata/resourceVersion", metadata.Required("resourceVersion")).Set("/metadata/annotations", new JsonObject());
    }

    /// <summary>What was kept; what somebody spoiled is given back as the plain form.</summary>
    private static JsonObject Kept(JsonElement annotations)
    {
        try
        {
            return JsonNode.Parse(annotations.Text(GuardrailAnnotations.SuspendedAutomated) ?? "{}") as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Occasion(WorkloadAction.SuspendSource action) =>
        $"{action.Workload.Namespace}/{action.Workload.Kind}/{action.Workload.Name}@{action.Precondition.CurrentRevision?.Hash}";

    private static string? LastManager(JsonElement live) => live.Field("metadata").Items("managedFields")
        .Where(entry => entry.Text("subresource") is null or "" && entry.Text("manager") != "guardrail"
            && entry.Field("fieldsV1").Field("f:spec").ValueKind == JsonValueKind.Object)
        .OrderBy(entry => entry.Time("time") ?? DateTimeOffset.MinValue).LastOrDefault().Text("manager");

    private static void Annotate(JsonPatch patch, string key, string value) => patch.Set("/metadata/annotations/" + JsonPatch.Escape(key), value);
}
