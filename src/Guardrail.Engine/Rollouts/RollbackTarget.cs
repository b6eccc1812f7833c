using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Chooses the revision to return to: the last known good one that still exists and is not quarantined.</summary>
internal static class RollbackTarget
{
    /// <summary>Chooses.</summary>
    /// <param name="view">The workload now.</param>
    /// <param name="bad">The revision to leave.</param>
    /// <param name="lastGood">The revision this process saw pass its bake, or found serving when it first looked; null when there is none.</param>
    public static RevisionId? Choose(WorkloadView view, RevisionId bad, RevisionId? lastGood)
    {
        if (lastGood is { } good && good != bad && view.Revision(good) is not null && !view.Quarantined.Contains(good))
        {
            return good;
        }

        for (var i = view.Revisions.Length - 1; i >= 0; i--)
        {
            var revision = view.Revisions[i];
            if (revision.KnownGood && revision.Id != bad && !view.Quarantined.Contains(revision.Id))
            {
                return revision.Id;
            }
        }

        return null;
    }
}
