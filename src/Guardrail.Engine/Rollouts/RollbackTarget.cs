using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Where a rollback would lead, and why there shall be none.</summary>
/// <param name="Target">Revision to return to; null when there is none.</param>
/// <param name="Objection">Why not to roll back even so; null when nothing speaks against it.</param>
internal readonly record struct RollbackChoice(RevisionId? Target, string? Objection = null);

/// <summary>Chooses the revision to return to: the last known good one that still exists and is not quarantined.</summary>
internal static class RollbackTarget
{
    /// <summary>Whether a revision can be returned to.</summary>
    public static bool IsThere(WorkloadView view, RevisionId revision) =>
        view.Revision(revision) is not null && !view.Quarantined.Contains(revision);

    /// <summary>Chooses.</summary>
    /// <param name="view">The workload now.</param>
    /// <param name="bad">The revision to leave.</param>
    /// <param name="lastGood">The revision this process saw pass its bake, or found serving when it first looked; null when there is none.</param>
    public static RevisionId? Choose(WorkloadView view, RevisionId bad, RevisionId? lastGood)
    {
        if (lastGood is { } good && good != bad && IsThere(view, good))
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
