using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Questions about a workload's revisions.</summary>
internal static class RevisionHistory
{
    /// <summary>
    /// The revision that serves beside <paramref name="current"/>: the preferred one if it has pods, else a known good one with pods, else the
    /// one with most pods; null when no other has any.
    /// </summary>
    public static RevisionId? ServingBeside(WorkloadView view, RevisionId current, RevisionId? preferred = null)
    {
        RevisionView? best = null;
        var bestRank = (0, 0);
        foreach (var revision in view.Revisions)
        {
            var pods = PodsOf(view, revision.Id);
            if (revision.Id == current || pods == 0)
            {
                continue;
            }

            var rank = (revision.Id == preferred ? 2 : revision.KnownGood ? 1 : 0, pods);
            if (best is null || rank.CompareTo(bestRank) > 0)
            {
                (best, bestRank) = (revision, rank);
            }
        }

        return best?.Id;
    }

    /// <summary>Whether <paramref name="to"/> is a revision known to be good, so that going to it is a return.</summary>
    public static bool IsReturn(WorkloadView view, RevisionId to, RevisionId? lastGood) =>
        !view.Quarantined.Contains(to) && (to == lastGood || view.Revision(to) is { KnownGood: true });

    /// <summary>When the revision's first pod was made; null while it has none.</summary>
    public static DateTimeOffset? FirstPodOf(WorkloadView view, RevisionId revision)
    {
        DateTimeOffset? first = null;
        foreach (var pod in view.Pods)
        {
            if (pod.Revision == revision && !(first <= pod.CreatedAt))
            {
                first = pod.CreatedAt;
            }
        }

        return first;
    }

    private static int PodsOf(WorkloadView view, RevisionId revision)
    {
        var count = 0;
        foreach (var pod in view.Pods)
        {
            count += pod.Revision == revision ? 1 : 0;
        }

        return count;
    }
}
