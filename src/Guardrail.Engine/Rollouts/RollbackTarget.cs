using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Where a rollback would lead, and why there shall be none.</summary>
/// <param name="Target">Revision to return to; null when there is none.</param>
/// <param name="Contest">Who writes the revision back that was rolled back often enough; null when nobody does.</param>
/// <param name="Earlier">How often the revision was rolled back before.</param>
internal readonly record struct RollbackChoice(RevisionId? Target, Contest? Contest = null, int Earlier = 0);

/// <summary>A revision that comes back however often it is rolled back.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Rollbacks">How often it was rolled back.</param>
/// <param name="Manager">Field manager that wrote it last; null when the cluster does not tell.</param>
internal sealed record Contest(RevisionId Revision, int Rollbacks, string? Manager)
{
    /// <summary>What a person must know.</summary>
    public override string ToString() =>
        $"{Revision} was rolled back {Rollbacks} times and came back, "
        + (Manager is null ? "and the cluster does not tell who writes it" : $"last written by {Manager}")
        + ": take it out at its source, or release it (remove it from guardrail.dev/quarantined); Guardrail does not roll it back again";
}

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
