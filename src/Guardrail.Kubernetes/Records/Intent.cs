using System.Text.Json.Serialization;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Records;

/// <summary>
/// A change of the workload, written before the workload is touched. An intent without <see cref="Outcome"/> was interrupted: whoever guards the
/// workload next looks at it and finishes, or records what happened.
/// </summary>
public sealed record Intent
{
    /// <summary>The decision that asks for it; at most one intent of a record has it.</summary>
    public required string Decision { get; init; }

    /// <summary>What is to be done.</summary>
    public required IntendedAction Action { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Revision to return to; only of a rollback.</summary>
    public string? To { get; init; }

    /// <summary>Which of the configuration that the revision reads goes back with it, or is kept; null for none.</summary>
    public ConfigurationScope? Configuration { get; init; }

    /// <summary>When the revision to leave was released; only of a rollback.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>Name of the pod to delete, in the record's namespace; only of a deletion.</summary>
    public string? Pod { get; init; }

    /// <summary>Uid of the pod to delete; only of a deletion.</summary>
    public string? PodUid { get; init; }

    /// <summary>Whether the template that is left is refused at admission from then on; only of a rollback, null for no.</summary>
    public bool? Refuses { get; init; }

    /// <summary>Field manager that wrote the revision back; only of a suspension.</summary>
    public string? Manager { get; init; }

    /// <summary>Namespace of Argo CD's Applications; only of a suspension.</summary>
    public string? ArgoCdNamespace { get; init; }

    /// <summary>The workload's uid, which must still be so.</summary>
    public required string Uid { get; init; }

    /// <summary>The workload's generation, which must still be so.</summary>
    public required long Generation { get; init; }

    /// <summary>The revision that the workload's template must still ask for; null where the controller has not made it.</summary>
    public string? Revision { get; init; }

    /// <summary>When the intent was first written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which process wrote it.</summary>
    public required string Writer { get; init; }

    /// <summary>How often it was tried, this time included.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>What became of it; null while that is not known.</summary>
    public IntentOutcome? Outcome { get; init; }

    /// <summary>The intent of an action.</summary>
    public static Intent Of(WorkloadAction action, DateTimeOffset at, string writer) => new()
    {
        Decision = action.Decision.Value,
        Action = action switch
        {
            WorkloadAction.Hold => IntendedAction.Hold,
            WorkloadAction.Resume => IntendedAction.Resume,
            WorkloadAction.RollBack => IntendedAction.RollBack,
            WorkloadAction.DeletePod => IntendedAction.DeletePod,
            WorkloadAction.SuspendSource => IntendedAction.SuspendSource,
            WorkloadAction.StampKnownGood => IntendedAction.StampKnownGood,
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "An action of an unknown kind."),
        },
        Reason = RecordLimits.Cut(action.Reason),
        To = (action as WorkloadAction.RollBack)?.To.Hash,
        Configuration = ScopeOf(action) is var scope and not ConfigurationScope.None ? scope : null,
        ReleasedAt = (action as WorkloadAction.RollBack)?.ReleasedAt,
        Pod = (action as WorkloadAction.DeletePod)?.Pod.Name,
        PodUid = (action as WorkloadAction.DeletePod)?.PodUid,
        Refuses = action is WorkloadAction.RollBack { Refused: not null } ? true : null,
        Manager = (action as WorkloadAction.SuspendSource)?.Manager,
        ArgoCdNamespace = (action as WorkloadAction.SuspendSource)?.ArgoCdNamespace,
        Uid = action.Precondition.Uid,
        Generation = action.Precondition.Generation,
        Revision = action.Precondition.CurrentRevision?.Hash,
        At = at,
        Writer = writer,
    };

    /// <summary>The action as it was intended, with its preconditions.</summary>
    /// <param name="rollout">The record's rollout.</param>
    public WorkloadAction ToAction(RolloutId rollout) => ToAction(rollout.Workload, Refuses == true ? rollout : null);

    /// <summary>The action as it was intended, with its preconditions.</summary>
    /// <param name="workload">The record's workload.</param>
    /// <param name="refused">The record's rollout, if its template is to be refused; null when it is not.</param>
    public WorkloadAction ToAction(WorkloadId workload, RolloutId? refused = null)
    {
        var precondition = new Precondition(Uid, Generation, Revision is null ? null : new RevisionId(Revision));
        var decision = new DecisionId(Decision);
        return Action switch
        {
            IntendedAction.Hold => new WorkloadAction.Hold { Decision = decision, Workload = workload, Precondition = precondition, Reason = Reason },
            IntendedAction.Resume => new WorkloadAction.Resume { Decision = decision, Workload = workload, Precondition = precondition, Reason = Reason },
            IntendedAction.RollBack => new WorkloadAction.RollBack
            {
                Decision = decision,
                Workload = workload,
                Precondition = precondition,
                Reason = Reason,
                To = new(To ?? string.Empty),
                Configuration = Configuration ?? ConfigurationScope.None,
                ReleasedAt = ReleasedAt,
                Refused = refused,
            },
            IntendedAction.SuspendSource => new WorkloadAction.SuspendSource
            {
                Decision = decision,
                Workload = workload,
                Precondition = precondition,
                Reason = Reason,
                Manager = Manager,
                ArgoCdNamespace = ArgoCdNamespace ?? Engine.Policies.ContestRule.DefaultArgoCdNamespace,
            },
            IntendedAction.DeletePod => new WorkloadAction.DeletePod
            {
                Decision = decision,
                Workload = workload,
                Precondition = precondition,
                Reason = Reason,
                Pod = new(workload.Namespace, Pod ?? string.Empty),
                PodUid = PodUid ?? string.Empty,
            },
            _ => new WorkloadAction.StampKnownGood
            {
                Decision = decision,
                Workload = workload,
                Precondition = precondition,
                Reason = Reason,
                Configuration = Configuration ?? ConfigurationScope.None,
            },
        };
    }

    private static ConfigurationScope ScopeOf(WorkloadAction action) => action switch
    {
        WorkloadAction.RollBack rollBack => rollBack.Configuration,
        WorkloadAction.StampKnownGood stamp => stamp.Configuration,
        _ => ConfigurationScope.None,
    };
}

/// <summary>What is to be done to a workload.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IntendedAction>))]
public enum IntendedAction
{
    /// <summary>Pause the rollout where it stands.</summary>
    Hold,

    /// <summary>Let the rollout go on.</summary>
    Resume,

    /// <summary>Return to an earlier revision.</summary>
    RollBack,

    /// <summary>Stamp the revision as known good.</summary>
    StampKnownGood,

    /// <summary>Delete a broken pod that a rollback left behind.</summary>
    DeletePod,

    /// <summary>Suspend the GitOps object that brings a revision back.</summary>
    SuspendSource,
}

/// <summary>What became of an intent.</summary>
public sealed record IntentOutcome
{
    /// <summary>What became of it.</summary>
    public required IntentState State { get; init; }

    /// <summary>Why, in one sentence; null when there is nothing to add.</summary>
    public string? Message { get; init; }

    /// <summary>When that became known.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The outcome of an action; null for one that failed, of which it is not known whether it was written.</summary>
    public static IntentOutcome? Of(ActionOutcome outcome, DateTimeOffset at) => outcome switch
    {
        ActionOutcome.Applied => new() { State = IntentState.Applied, Message = Cut(outcome.Note), At = at },
        ActionOutcome.AlreadyDone => new() { State = IntentState.AlreadyDone, Message = Cut(outcome.Note), At = at },
        ActionOutcome.LostRace(var reason) => new() { State = IntentState.LostRace, Message = With(reason, outcome.Note), At = at },
        ActionOutcome.Impossible(var reason) => new() { State = IntentState.Impossible, Message = With(reason, outcome.Note), At = at },
        _ => null,
    };

    /// <summary>Nothing was written to the workload; what had been restored by then stays.</summary>
    private static string With(string reason, string? note) => RecordLimits.Cut(note is null ? reason : $"{reason} {note}");

    private static string? Cut(string? note) => note is null ? null : RecordLimits.Cut(note);
}

/// <summary>How an intent ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IntentState>))]
public enum IntentState
{
    /// <summary>The workload was changed by this write.</summary>
    Applied,

    /// <summary>The workload was already as intended (after a crash: by the write before it).</summary>
    AlreadyDone,

    /// <summary>The workload was no longer as expected; nothing was written.</summary>
    LostRace,

    /// <summary>It could not be done.</summary>
    Impossible,

    /// <summary>Interrupted, and too old to be finished when it was found; nothing was written. It is decided anew.</summary>
    Abandoned,
}
