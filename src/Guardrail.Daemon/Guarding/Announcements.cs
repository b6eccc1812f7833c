using Guardrail.Engine.Decisions;

namespace Guardrail.Daemon.Guarding;

/// <summary>Which decisions are told on the workload, and under which name.</summary>
internal static class Announcements
{
    /// <summary>What to tell of a decision; null for one that only concerns Guardrail's own books.</summary>
    public static Announcement? Of(Decision decision)
    {
        var (kind, warning) = decision.Kind switch
        {
            DecisionKind.Start => ("RolloutWatched", false),
            DecisionKind.Hold => ("RolloutHeld", decision.Verdict is Verdict.Regressed),
            DecisionKind.Resume => ("RolloutResumed", false),
            DecisionKind.RollBack when decision.Action is null => ("RollbackAdvised", true),
            DecisionKind.RollBack => ("RollingBack", true),
            DecisionKind.Page => ("PersonNeeded", true),
            DecisionKind.Blind => ("RolloutBlind", true),
            DecisionKind.EvidenceReturned => ("EvidenceReturned", false),
            DecisionKind.End => ("RolloutEnded", false),
            DecisionKind.Cured => ("RollbackCured", false),
            DecisionKind.NotCured => ("RollbackDidNotCure", true),
            DecisionKind.CureUnknown => ("RollbackCureUnknown", false),
            DecisionKind.SuspendSource => ("SuspendingSource", true),
            DecisionKind.DeletePod => ("BrokenPodDeleted", true),
            _ => ("", false),
        };
        return kind.Length == 0
            ? null
            : new Announcement(decision.Rollout.Workload, decision.Uid, kind, warning, decision.Reason, decision.Id);
    }

    /// <summary>What to tell of the configuration that belongs to an action; null when there is nothing to tell.</summary>
    public static Announcement? Of(WorkloadAction action, Preparation prepared) => prepared.Note is not { } note ? null : new(
        action.Workload,
        action.Precondition.Uid,
        (action, prepared.IsWhole) switch
        {
            (WorkloadAction.StampKnownGood, _) => "ConfigurationNotKept",
            (_, true) => "ConfigurationRestored",
            _ => "ConfigurationNotRestored",
        },
        !prepared.IsWhole,
        note,
        action.Decision);
}
