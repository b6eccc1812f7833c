using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>What follows from a record.</summary>
internal static class RecordFacts
{
    /// <summary>When the rollout began, as far as that is known.</summary>
    public static DateTimeOffset Began(GuardedRollout record) =>
        record.Status?.StartedAt ?? record.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue;

    /// <summary>How the workload is called within its namespace: the kind is left out of a Deployment's.</summary>
    public static string Workload(GuardedRollout record, bool withNamespace)
    {
        var workload = record.Spec.Workload;
        return withNamespace
            ? new WorkloadId(record.Metadata.Namespace, workload.Kind, workload.Name).ToString()
            : workload.Kind == WorkloadKind.Deployment ? workload.Name : $"{workload.Kind.ToString().ToLowerInvariant()}/{workload.Name}";
    }

    /// <summary>Whether a condition is True.</summary>
    public static bool Is(this GuardedRollout record, string condition) => record.Condition(condition)?.Status == "True";

    /// <summary>A condition; null when it was not written.</summary>
    public static RecordCondition? Condition(this GuardedRollout record, string condition) =>
        record.Status?.Conditions.FirstOrDefault(c => c.Type == condition);

    /// <summary>Where it stands, in one word.</summary>
    public static string Phase(GuardedRollout record) => record switch
    {
        { Status: null } => "New",
        { Status.Outcome: { } outcome } => outcome.ToString(),
        _ when record.Is(RolloutConditions.Contested) => RolloutConditions.Contested,
        _ => record.Status.Phase.ToString(),
    };

    /// <summary>Why it stands where it stands, in counts.</summary>
    public static string Reason(GuardedRollout record) => record switch
    {
        { Status: null } => "",
        _ when record.Is(RolloutConditions.Contested) => record.Condition(RolloutConditions.Contested)!.Message,
        { Status.Outcome: RolloutOutcome.RolledBack } when WasAskedFor(record) => record.Status.Reason,
        { Status.Outcome: RolloutOutcome.RolledBack } => RollbackOf(record)?.Reason ?? record.Status.Reason,
        { Status.Phase: RecordedPhase.NeedsPerson } => record.Status.Timeline.LastOrDefault(d => d.Kind == DecisionKind.Page)?.Reason ?? record.Status.Reason,
        _ => record.Status.Reason,
    };

    /// <summary>The decision to roll back; null when there was none.</summary>
    public static RecordedDecision? RollbackOf(GuardedRollout record) =>
        record.Status?.Timeline.LastOrDefault(d => d.Kind == DecisionKind.RollBack);

    /// <summary>Whether somebody keeps writing the revision back.</summary>
    public static bool IsContested(GuardedRollout record) =>
        record.Status?.Phase == RecordedPhase.Contested || record.Is(RolloutConditions.Contested);

    /// <summary>Whether the rollout stands still, as far as the record knows.</summary>
    public static bool IsPaused(GuardedRollout record) => record switch
    {
        _ when RequestedPause(record) is { } asked => asked,
        _ when record.Condition(RolloutConditions.Paused) is { } told => told.Status == "True",
        _ => record.Status?.Phase == RecordedPhase.Held,
    };

    /// <summary>Whether it stands still, and not by Guardrail, so that Guardrail does not resume it.</summary>
    public static bool IsPausedByPerson(GuardedRollout record) =>
        RequestedPause(record) ?? record.Condition(RolloutConditions.Paused) is { Status: "True", Reason: "ByOther" };

    /// <summary>What was done at a person's request after the workload was last described; null when nothing was.</summary>
    private static bool? RequestedPause(GuardedRollout record) =>
        record is { Spec.Request: { Action: RequestedAction.Hold or RequestedAction.Resume } asked, Status.Request: { State: RequestState.Done } answer }
        && answer.Id == asked.Id && !(record.Status.AsOf > answer.At)
            ? asked.Action == RequestedAction.Hold
            : null;

    /// <summary>Whether it was rolled back because a person asked for it.</summary>
    public static bool WasAskedFor(GuardedRollout record) => record.Status?.Intents.LastOrDefault(
        i => i is { Action: IntendedAction.RollBack, Outcome.State: IntentState.Applied or IntentState.AlreadyDone }) is { } intent
        && RequestPatch.IsRequest(intent.Decision);

    /// <summary>The higher, the sooner a person should look.</summary>
    public static int Urgency(GuardedRollout record) => record switch
    {
        _ when record.Status is null => 20,
        { Status.Outcome: RolloutOutcome.RolledBack } => 40,
        { Status.Outcome: not null } => 10,
        _ when record.Is(RolloutConditions.Contested) => 100,
        { Status.Phase: RecordedPhase.NeedsPerson } => 90,
        { Status.Phase: RecordedPhase.RollingBack } => 80,
        { Status.Verdict: RecordedVerdict.Regressed } => 70,
        _ when record.Is(RolloutConditions.Blind) => 60,
        { Status.Phase: RecordedPhase.Held } => 50,
        { Status.Phase: RecordedPhase.Comparing } => 45,
        _ => 20,
    };

    /// <summary>Colour of the phase.</summary>
    public static Tone Tone(GuardedRollout record) => Urgency(record) switch
    {
        >= 70 => Output.Tone.Bad,
        >= 50 or 40 => Output.Tone.Doubtful,
        _ when record.Status?.Outcome == RolloutOutcome.Healthy => Output.Tone.Good,
        _ => Output.Tone.Plain,
    };

    /// <summary>The record as data, without the checkpoint: it is for the daemon alone, and long.</summary>
    public static JsonNode Data(GuardedRollout record) => JsonSerializer.SerializeToNode(
        record with { Status = record.Status is { } status ? status with { Checkpoint = null } : null }, RecordJson.Options)!;
}
