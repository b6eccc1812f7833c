using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Contest;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Records;

/// <summary>What a person's request comes to, given the record and the workload as they are. Closed.</summary>
public abstract record RequestPlan
{
    private RequestPlan()
    {
    }

    /// <summary>Nothing is to be written: it is so already, or it cannot be.</summary>
    /// <param name="State">Done or Refused.</param>
    /// <param name="Message">Why, in one sentence.</param>
    public sealed record Answered(RequestState State, string Message) : RequestPlan;

    /// <summary>A merge patch of the workload, conditional on its uid and version.</summary>
    /// <param name="Patch">The patch.</param>
    /// <param name="Message">What is done by it.</param>
    public sealed record Write(JsonObject Patch, string Message) : RequestPlan;

    /// <summary>A rollback, carried out as any other.</summary>
    /// <param name="Action">The action.</param>
    /// <param name="Message">What is done by it.</param>
    public sealed record Act(WorkloadAction Action, string Message) : RequestPlan;
}

/// <summary>
/// Turns a person's request into a change of the workload. What a person holds looks like any pause of a person's, so that Guardrail never resumes
/// it; what a person resumes is not held again.
/// </summary>
public static class RequestPatch
{
    private const string Prefix = "request-";
    private const string RolledBack = "rolled back";

    /// <summary>The plan.</summary>
    /// <param name="record">The record with the request.</param>
    /// <param name="workload">The workload as the API server shows it.</param>
    /// <param name="configuration">Which of the configuration goes back with a revision under the policy that guards the workload.</param>
    public static RequestPlan For(GuardedRollout record, JsonElement workload, ConfigurationScope configuration = ConfigurationScope.None)
    {
        var request = record.Spec.Request ?? throw new ArgumentException("The record holds no request.", nameof(record));
        var (metadata, spec) = (workload.Field("metadata"), workload.Field("spec"));
        if (metadata.Text("uid") != record.Spec.Workload.Uid)
        {
            return Refused("the workload was deleted and made anew since this rollout");
        }

        // A rollback that ended the rollout is this request's own: the process that wrote it died before it could answer.
        var isWritten = request.Action == RequestedAction.RollBack
            && metadata.Field("annotations").Text(GuardrailAnnotations.RolledBackBy) == NameOf(request);
        if (request.Action != RequestedAction.Release && !isWritten && record.Status?.Outcome is { } outcome)
        {
            return Refused($"the rollout is over ({outcome})");
        }

        return request.Action switch
        {
            RequestedAction.Release => Release(record, metadata),
            RequestedAction.Veto => Veto(record, metadata),
            RequestedAction.RollBack => RollBack(record, request, metadata, configuration),
            _ when record.Spec.Workload.Kind != WorkloadKind.Deployment => SetRequestPatch.For(record, request, workload),
            RequestedAction.Hold => Hold(request, metadata, spec),
            _ => Resume(record, request, metadata, spec),
        };
    }

    /// <summary>Whether a decision is what a person asked for, and not Guardrail's own.</summary>
    /// <param name="decision">Name of the decision.</param>
    public static bool IsRequest(string decision) => decision.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether a decision is the request that a record holds and that nobody has answered yet.</summary>
    /// <param name="record">The record.</param>
    /// <param name="decision">Name of the decision.</param>
    public static bool IsUnanswered(GuardedRollout record, string decision) =>
        record.Spec.Request is { } request && NameOf(request) == decision && record.Status?.Request?.Id != request.Id;

    /// <summary>Whether a rollback was decided that a veto can stop: one that waits, or waited, for its veto window.</summary>
    public static bool HasVetoWindow(GuardedRollout record)
    {
        var window = DecisionId.VetoWindowOf(record.Spec.RolloutOf(record.Metadata.Namespace)).Value;
        return record.Status?.Timeline.Any(d => d.Decision == window) == true;
    }

    /// <summary>What the annotations that a rollback leaves on the workload tell of a person's request; null when none asked for it.</summary>
    /// <param name="rolledBackBy">Value of <see cref="GuardrailAnnotations.RolledBackBy"/>.</param>
    /// <param name="reason">Value of <see cref="GuardrailAnnotations.Reason"/>; written anew with every change.</param>
    internal static RequestedRollback? ReadRollback(string? rolledBackBy, string? reason) => rolledBackBy is null || !IsRequest(rolledBackBy)
        ? null
        : new(rolledBackBy, reason?.StartsWith(RolledBack + " because ", StringComparison.Ordinal) == true
            ? reason[(RolledBack.Length + 1)..]
            : "because a person asked for it");

    internal static string NameOf(RolloutRequest request) => Prefix + request.Id;

    private static RequestPlan Hold(RolloutRequest request, JsonElement metadata, JsonElement spec)
    {
        if (spec.Flag("paused") && metadata.Field("annotations").Text(GuardrailAnnotations.PausedBy) is null)
        {
            return new RequestPlan.Answered(RequestState.Done, "It is paused already, and not by Guardrail.");
        }

        var annotations = new JsonObject
        {
            [GuardrailAnnotations.PausedBy] = null,
            [GuardrailAnnotations.PausedRevision] = null,
            [GuardrailAnnotations.Reason] = Why(request, "held"),
        };
        return Write(metadata, annotations, new JsonObject { ["paused"] = true }, "Held until a person resumes it.");
    }

    private static RequestPlan Resume(GuardedRollout record, RolloutRequest request, JsonElement metadata, JsonElement spec)
    {
        if (!spec.Flag("paused"))
        {
            return new RequestPlan.Answered(RequestState.Done, "It is not paused.");
        }

        var annotations = new JsonObject
        {
            [GuardrailAnnotations.PausedBy] = metadata.Field("annotations").Text(GuardrailAnnotations.PausedBy) ?? NameOf(request),
            [GuardrailAnnotations.PausedRevision] = record.Spec.To,
            [GuardrailAnnotations.Reason] = Why(request, "resumed"),
        };
        return Write(metadata, annotations, new JsonObject { ["paused"] = null }, "Resumed; it is not held again.");
    }

    private static RequestPlan Veto(GuardedRollout record, JsonElement metadata)
    {
        var rollback = DecisionId.RollbackOf(record.Spec.RolloutOf(record.Metadata.Namespace)).Value;
        return HasVetoWindow(record) || record.Status?.Timeline.Any(d => d.Kind == DecisionKind.RollBack && d.Decision == rollback) == true
            ? Write(
                metadata, new JsonObject { [GuardrailAnnotations.Veto] = rollback }, null,
                $"The rollback {rollback} is vetoed, unless it has been carried out already.")
            : Refused("no rollback has been decided");
    }

    private static RequestPlan Release(GuardedRollout record, JsonElement metadata)
    {
        var quarantined = GuardrailAnnotations.ReadQuarantined(metadata.Field("annotations").Text(GuardrailAnnotations.Quarantined));
        var left = quarantined.Where(r => r.Hash != record.Spec.To).Select(r => r.Hash).ToArray();
        if (left.Length == quarantined.Length)
        {
            return new RequestPlan.Answered(RequestState.Done, $"{record.Spec.To} is not in quarantine.");
        }

        var annotations = new JsonObject { [GuardrailAnnotations.Quarantined] = left.Length == 0 ? null : string.Join(',', left) };
        var plan = Write(metadata, annotations, null, $"{record.Spec.To} is released and may be rolled out again.");
        if (metadata.Field("annotations").Text(GuardrailAnnotations.RefusedTemplates) is { } refused)
        {
            var others = RefusedTemplates.Remove(refused, new(record.Spec.To));
            annotations[GuardrailAnnotations.RefusedTemplates] = others;
            if (others is null)
            {
                plan.Patch["metadata"]!["labels"] = new JsonObject { [GuardrailAnnotations.RefusesLabel] = null };
            }
        }

        return plan;
    }

    private static RequestPlan.Act RollBack(
        GuardedRollout record, RolloutRequest request, JsonElement metadata, ConfigurationScope configuration)
    {
        // What an earlier process intended is finished as it was intended, as with Guardrail's own: some of it may be restored already.
        var begun = record.Status?.Intents.FirstOrDefault(i => i.Decision == NameOf(request));
        var action = new WorkloadAction.RollBack
        {
            Decision = new(NameOf(request)),
            Workload = record.Spec.RolloutOf(record.Metadata.Namespace).Workload,
            Precondition = new(record.Spec.Workload.Uid, metadata.Number("generation") ?? 0, new RevisionId(record.Spec.To)),
            Reason = Why(request, RolledBack),
            To = new(record.Spec.From),
            Configuration = begun is null ? configuration : begun.Configuration ?? ConfigurationScope.None,
            ReleasedAt = begun?.ReleasedAt ?? record.Status?.StartedAt ?? record.Metadata.CreationTimestamp,
        };
        return new(action, $"Rolled back to {record.Spec.From}.");
    }

    internal static RequestPlan.Write Write(JsonElement metadata, JsonObject annotations, JsonObject? spec, string message)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = metadata.Text("uid"),
                ["resourceVersion"] = metadata.Text("resourceVersion"),
                ["annotations"] = annotations,
            },
        };
        if (spec is not null)
        {
            patch["spec"] = spec;
        }

        return new(patch, message);
    }

    internal static RequestPlan.Answered Refused(string why) => new(RequestState.Refused, $"Nothing was done: {why}.");

    internal static string Why(RolloutRequest request, string what) => RecordLimits.Cut(
        $"{what} because {request.By ?? "a person"} asked for it{(request.Reason is null ? "" : ": " + request.Reason)}");
}
