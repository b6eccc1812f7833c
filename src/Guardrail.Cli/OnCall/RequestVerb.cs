using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>A command by which a person asks for something.</summary>
/// <param name="Name">The command.</param>
/// <param name="Action">What is asked for.</param>
/// <param name="Description">What it does, for the help.</param>
/// <param name="NeedsReason">Whether a reason must be given.</param>
/// <param name="Confirms">Whether a person at a terminal is asked first.</param>
internal sealed record RequestVerb(string Name, RequestedAction Action, string Description, bool NeedsReason, bool Confirms)
{
    public static RequestVerb Hold { get; } = new("hold", RequestedAction.Hold, "Pauses a rollout until a person resumes it.", false, false);

    public static RequestVerb Resume { get; } = new("resume", RequestedAction.Resume, "Lets a held rollout go on; it is not held again.", false, false);

    public static RequestVerb RollBack { get; } =
        new("rollback", RequestedAction.RollBack, "Returns to the revision that served before, whatever the evidence.", true, true);

    public static RequestVerb Veto { get; } = new("veto", RequestedAction.Veto, "Stops a rollback that waits for its veto window.", false, false);

    public static RequestVerb Release { get; } =
        new("release", RequestedAction.Release, "Lets a revision out of quarantine, so that it may be rolled out again.", true, false);

    /// <summary>Which of a workload's records is meant, newest first: the one that the request makes sense for, else the newest.</summary>
    public GuardedRollout Choose(IReadOnlyList<GuardedRollout> records) =>
        records.FirstOrDefault(r => Action == RequestedAction.Release ? r.Is(RolloutConditions.Quarantined) : r.Status?.Outcome is null) ?? records[0];
}
