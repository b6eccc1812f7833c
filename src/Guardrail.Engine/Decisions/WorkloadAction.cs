using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Decisions;

/// <summary>A change to the cluster that a decision asks for. Closed: hold, resume, roll back, suspend the source, delete a pod that a rollback left, stamp known good.</summary>
public abstract record WorkloadAction
{
    private WorkloadAction()
    {
    }

    /// <summary>The decision that asks for it; the same id is never carried out twice.</summary>
    public required DecisionId Decision { get; init; }

    /// <summary>The workload.</summary>
    public required WorkloadId Workload { get; init; }

    /// <summary>What must still hold when it is carried out.</summary>
    public required Precondition Precondition { get; init; }

    /// <summary>Why, in one sentence for people; written on the workload.</summary>
    public required string Reason { get; init; }

    /// <summary>Pause the rollout where it stands.</summary>
    public sealed record Hold : WorkloadAction;

    /// <summary>Let the rollout go on; only ever undoes a <see cref="Hold"/> of Guardrail's own.</summary>
    public sealed record Resume : WorkloadAction;

    /// <summary>Return to an earlier revision and quarantine the current one, in one write that also unpauses.</summary>
    public sealed record RollBack : WorkloadAction
    {
        /// <summary>Revision to return to.</summary>
        public required RevisionId To { get; init; }

        /// <summary>Which of the configuration that the revision reads goes back with it. Default: none.</summary>
        public ConfigurationScope Configuration { get; init; }

        /// <summary>
        /// When the revision to leave was released, by the cluster's clock: what somebody changed well after it is no part of the release. Null when that
        /// is not known.
        /// </summary>
        public DateTimeOffset? ReleasedAt { get; init; }

        /// <summary>
        /// The rollout that is taken back, if the API server is to refuse its template from now on until it is released; null when it is not.
        /// </summary>
        public RolloutId? Refused { get; init; }
    }

    /// <summary>
    /// Suspend what writes the workload's manifests into the cluster (a Flux Kustomization or HelmRelease, an Argo CD Application), for it has
    /// brought a revision back that was rolled back.
    /// </summary>
    public sealed record SuspendSource : WorkloadAction
    {
        /// <summary>Field manager that wrote the revision back; null when the cluster does not tell.</summary>
        public string? Manager { get; init; }

        /// <summary>Namespace of Argo CD's Applications.</summary>
        public required string ArgoCdNamespace { get; init; }
    }

    /// <summary>
    /// Delete a pod of a revision that was rolled back: a StatefulSet waits for it to become ready before it replaces it, and it never does. The
    /// precondition's current revision is the one that the workload returned to.
    /// </summary>
    public sealed record DeletePod : WorkloadAction
    {
        /// <summary>The pod.</summary>
        public required PodId Pod { get; init; }

        /// <summary>The pod's uid: the one that takes its place is left alone.</summary>
        public required string PodUid { get; init; }
    }

    /// <summary>Stamp a revision as known good, after its own bake.</summary>
    public sealed record StampKnownGood : WorkloadAction
    {
        /// <summary>Which of the configuration that the revision reads is kept, to go back with it. Of ConfigMaps a digest is noted in any case.</summary>
        public ConfigurationScope Configuration { get; init; }
    }

    /// <summary>Whether something beside the workload belongs to it (<see cref="Ports.IActuator.PrepareAsync"/>).</summary>
    public bool NeedsPreparation => this is StampKnownGood or RollBack { Configuration: not ConfigurationScope.None };
}

/// <summary>What must still hold when an action is carried out; if it does not, somebody else was there first and wins.</summary>
/// <param name="Uid">The workload's uid.</param>
/// <param name="Generation">The workload's metadata.generation.</param>
/// <param name="CurrentRevision">
/// The revision its template asks for: the bad one of a rollback, the stamped one of a stamp; null for a template whose revision the controller
/// has not made, as it does not while the workload is paused (only a <see cref="WorkloadAction.Resume"/> makes sense then).
/// </param>
public sealed record Precondition(string Uid, long Generation, RevisionId? CurrentRevision);

/// <summary>Names a decision: repeatable, so that the same observations name the same decision again.</summary>
/// <param name="Value">Text that is safe in an annotation; never empty.</param>
public readonly record struct DecisionId(string Value)
{
    /// <summary>Name of the decision to roll a rollout back: what a person vetoes.</summary>
    public static DecisionId RollbackOf(RolloutId rollout) => Of("rollback", rollout);

    /// <summary>Name of the decision that tells of a veto window, in which the rollback waits.</summary>
    public static DecisionId VetoWindowOf(RolloutId rollout) => Of(VetoWindow, rollout);

    /// <summary>Name of a decision that is made once in a rollout.</summary>
    internal static DecisionId Of(string name, RolloutId rollout) => new($"{name}-{rollout.To}-{rollout.Number}");

    internal const string VetoWindow = "veto-window";

    /// <summary>The text.</summary>
    public override string ToString() => Value;
}

/// <summary>What became of an action. Closed.</summary>
public abstract record ActionOutcome
{
    private ActionOutcome()
    {
    }

    /// <summary>What was done beside the workload, and what was not, in one sentence for people; null when there is nothing to tell.</summary>
    public string? Note { get; init; }

    /// <summary>The cluster now is as the action wants it, by this write.</summary>
    public sealed record Applied : ActionOutcome;

    /// <summary>The cluster was already as the action wants it; nothing was written.</summary>
    public sealed record AlreadyDone : ActionOutcome;

    /// <summary>The workload is no longer as the action expected; nothing was written. Look again and decide again.</summary>
    /// <param name="Reason">What differed, in one sentence for people.</param>
    public sealed record LostRace(string Reason) : ActionOutcome;

    /// <summary>It cannot be done, and trying again will not help (no such revision, forbidden, refused at admission).</summary>
    /// <param name="Reason">Why and what would help, in one sentence for people.</param>
    public sealed record Impossible(string Reason) : ActionOutcome;

    /// <summary>It failed and may succeed later (server fault, time-out). Whether it was written is unknown: look before trying again.</summary>
    /// <param name="Reason">Why, in one sentence for people.</param>
    public sealed record Failed(string Reason) : ActionOutcome;
}

/// <summary>Something to tell on the workload.</summary>
/// <param name="Workload">The workload.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Kind">Short CamelCase name, such as <c>RolloutHeld</c>.</param>
/// <param name="IsWarning">Whether a person should look.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Decision">Decision it belongs to, which makes it tellable once; null when to none.</param>
public sealed record Announcement(WorkloadId Workload, string Uid, string Kind, bool IsWarning, string Message, DecisionId? Decision);
