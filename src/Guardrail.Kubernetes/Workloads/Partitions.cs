using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>What a StatefulSet's partition means: it has no pause, but pods below its partition are not updated.</summary>
internal static class Partitions
{
    /// <summary>
    /// Whether the rollout stands still, and by whose partition. A person's partition counts as a pause once every pod at or above it is
    /// updated; until then the rollout moves, and where it will stop does not matter.
    /// </summary>
    public static PauseState Pause(ClusterObject.Workload set, RevisionId? current, ImmutableArray<PodView> pods)
    {
        var byOther = StandsStill(set, current, pods) ? PauseState.ByOther : PauseState.Running;
        if (set.PausedBy is null || set.HeldPartition is not { } held)
        {
            return byOther;
        }

        return set.Partition.CompareTo(held) switch
        {
            0 => PauseState.ByGuardrail,
            > 0 => byOther,
            // What was written when an earlier rollout was held says nothing of this one.
            _ => set.PausedRevision is null || set.PausedRevision == current?.Hash ? PauseState.ResumedByOther : byOther,
        };
    }

    /// <summary>Place of a pod in its set, from 0, by its name; null when the name tells none.</summary>
    public static int? IndexOf(string pod, int firstOrdinal) =>
        int.TryParse(pod.AsSpan(pod.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal - firstOrdinal
            : null;

    private static bool StandsStill(ClusterObject.Workload set, RevisionId? current, ImmutableArray<PodView> pods)
    {
        var waiting = false;
        foreach (var pod in pods)
        {
            if (pod.Revision != current)
            {
                if (IndexOf(pod.Id.Name, set.FirstOrdinal) >= set.Partition)
                {
                    return false;
                }

                waiting = true;
            }
        }

        return waiting && set.Partition > 0;
    }
}
