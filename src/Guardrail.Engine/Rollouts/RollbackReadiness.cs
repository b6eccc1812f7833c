using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Whether a workload could be rolled back if its current revision turned out bad, known before it does.</summary>
/// <param name="Reason">Ready, or what stands in the way.</param>
/// <param name="Message">The same in a sentence that says what helps.</param>
/// <param name="Target">Revision that a rollback would lead to; null when there is none.</param>
public sealed record RollbackReadiness(RollbackReadinessReason Reason, string Message, RevisionId? Target = null)
{
    /// <summary>Whether a rollback could be carried out.</summary>
    public bool IsReady => Reason == RollbackReadinessReason.Ready;

    /// <summary>Looks at a workload.</summary>
    /// <param name="view">The workload now.</param>
    /// <param name="lastGood">The revision known to be good that served last; null when none is known.</param>
    public static RollbackReadiness Of(WorkloadView view, RevisionId? lastGood) => With(view.Configuration, OfRevisions(view, lastGood));

    private static RollbackReadiness With(ConfigurationView? configuration, RollbackReadiness found)
    {
        if (!found.IsReady || configuration is null || configuration.Revision != found.Target)
        {
            return found;
        }

        var (message, good) = (found.Message.TrimEnd('.'), configuration.Revision);
        return configuration switch
        {
            { Left: { } left } => new(
                RollbackReadinessReason.ConfigurationChanged,
                $"{message}; but what {good} reads is no longer as it was when that became known good, and would not be restored: {left}.", good),
            { Unknown: { } why } => new(
                RollbackReadinessReason.ConfigurationUnknown, $"{message}; but whether its configuration could be restored is not known: {why}.", good),
            { Restored: { } restored } => found with { Message = $"{message}; with it would be restored, for it has changed since: {restored}." },
            _ => found,
        };
    }

    private static RollbackReadiness OfRevisions(WorkloadView view, RevisionId? lastGood)
    {
        if (view.Irreversible)
        {
            return new(RollbackReadinessReason.Irreversible, $"{view.Id} is marked irreversible: it is held and a person is called, never rolled back.");
        }

        if (view.CurrentRevision is not { } current)
        {
            return new(RollbackReadinessReason.NotObserved, $"The controller has not made the revision that {view.Id} asks for yet.");
        }

        if (lastGood == current)
        {
            return view.HistoryLimit == 0
                ? NoHistory(view)
                : new(RollbackReadinessReason.Ready, $"{current} serves and is trusted; a rollout from it would be taken back to it.", current);
        }

        if (RollbackTarget.Choose(view, current, lastGood) is { } target)
        {
            return view.HistoryLimit == 0 && view.Revision(target) is not { DesiredReplicas: > 0 }
                ? NoHistory(view)
                : new(RollbackReadinessReason.Ready, $"A rollback would lead to {target}.", target);
        }

        if (view.HistoryLimit == 0)
        {
            return NoHistory(view);
        }

        if (lastGood is { } good)
        {
            return view.Quarantined.Contains(good)
                ? new(RollbackReadinessReason.Quarantined, $"{good}, which served before, was rolled back itself and has not been released.")
                : new(
                    RollbackReadinessReason.RevisionMissing,
                    $"The known good revision {good} no longer exists; raise spec.revisionHistoryLimit of {view.Id}, so that old revisions are kept.");
        }

        return new(
            RollbackReadinessReason.NoKnownGoodRevision,
            view.Revisions.Length > 1
                ? $"None of the other revisions of {view.Id} is known to be good yet; one becomes so by passing its bake."
                : $"{view.Id} has no revision but {current}; there is nothing to go back to before the next one has passed its bake.");
    }

    private static RollbackReadiness NoHistory(WorkloadView view) => new(
        RollbackReadinessReason.NoHistory,
        $"{view.Id} has spec.revisionHistoryLimit 0: a revision is deleted with its last pod and cannot be returned to; set it to 2 or more.");
}

/// <summary>What stands in the way of a rollback.</summary>
public enum RollbackReadinessReason
{
    /// <summary>Nothing does.</summary>
    Ready,

    /// <summary>The controller has not made the current revision yet.</summary>
    NotObserved,

    /// <summary>The workload keeps no old revisions (spec.revisionHistoryLimit: 0).</summary>
    NoHistory,

    /// <summary>The known good revision no longer exists.</summary>
    RevisionMissing,

    /// <summary>No other revision is known to be good.</summary>
    NoKnownGoodRevision,

    /// <summary>The revision to return to is in quarantine.</summary>
    Quarantined,

    /// <summary>The workload is marked irreversible.</summary>
    Irreversible,

    /// <summary>A rollback would be carried out, but ConfigMaps that the revision reads have changed since, and would not be restored.</summary>
    ConfigurationChanged,

    /// <summary>A rollback would be carried out, but whether the configuration could be restored with it cannot be told.</summary>
    ConfigurationUnknown,
}
