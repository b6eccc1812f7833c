using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Daemon.Guarding;

/// <summary>How a rollout ended that nobody watched to its end, as far as its record and the workload still tell.</summary>
internal static class RecordClosing
{
    /// <summary>The outcome, and why in one sentence.</summary>
    /// <param name="file">The record.</param>
    /// <param name="view">The workload now; null when it is gone or no longer guarded.</param>
    public static (RolloutOutcome Outcome, string Reason) Of(RecordFile file, WorkloadView? view)
    {
        var (status, to) = (file.Status, file.Rollout.To);
        var rolledBack = status.Intents.Any(i => i is { Action: IntendedAction.RollBack, Outcome.State: IntentState.Applied or IntentState.AlreadyDone })
            || (status.Phase == RecordedPhase.RollingBack && view?.CurrentRevision != to && view?.Quarantined.Contains(to) == true);
        var shown = view?.Uid == file.Uid ? view.RequestedRollback?.Decision : null;
        var asked = status.Intents.LastOrDefault(
            i => i.Action == IntendedAction.RollBack && RequestPatch.IsRequest(i.Decision)
                && (i.Outcome?.State is IntentState.Applied or IntentState.AlreadyDone || (i.Outcome is null && i.Decision == shown)));
        return view switch
        {
            _ when asked is not null => (RolloutOutcome.RolledBack, $"{asked.Reason}; Guardrail was stopped before it could see it"),
            _ when rolledBack => (RolloutOutcome.RolledBack, "rolled back; Guardrail was stopped before it could see it"),
            null => (RolloutOutcome.Removed, "the workload is gone or no longer guarded; it went while Guardrail was stopped"),
            { Uid: var uid } when uid != file.Uid => (RolloutOutcome.Removed, "the workload was deleted and made anew while Guardrail was stopped"),
            { CurrentRevision: { } current } when current == to => (RolloutOutcome.Undecided, "not watched to its end: Guardrail was stopped meanwhile"),
            _ => (RolloutOutcome.Superseded, "replaced while Guardrail was stopped"),
        };
    }
}
