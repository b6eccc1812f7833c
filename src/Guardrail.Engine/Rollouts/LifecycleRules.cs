using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Signs that a revision cannot run at all, which need no statistics (detection.md section 2, D5).</summary>
internal static class LifecycleRules
{
    /// <summary>Pods in a crash loop that suffice, unless the revision has fewer.</summary>
    private const int CrashLoops = 2;

    /// <summary>Pods that ran out of memory that suffice, if none of another revision did.</summary>
    private const int OutOfMemory = 2;

    /// <summary>Why the revision cannot run; null when nothing says so.</summary>
    public static string? Broken(WorkloadView view, RevisionId revision)
    {
        var pods = 0;
        var looping = 0;
        var ready = 0;
        foreach (var pod in view.Pods)
        {
            if (pod.Revision == revision)
            {
                pods++;
                looping += pod.WaitingReason == "CrashLoopBackOff" ? 1 : 0;
                ready += pod.ReadySince is null ? 0 : 1;
            }
        }

        if (looping > 0 && looping >= Math.Min(pods, CrashLoops))
        {
            return $"{looping} of {pods} pods of {revision} are in a crash loop";
        }

        if (RanOutOfMemory(view, revision) is { } memory)
        {
            return memory;
        }

        return view is { ProgressDeadlineExceeded: true, Observed: true } && view.CurrentRevision == revision
            ? $"the rollout to {revision} made no progress within its deadline: {ready} of {view.DesiredReplicas} pods are ready"
            : null;
    }

    /// <summary>Two pods of a revision killed for want of memory, none of those of the others, which have lived longer.</summary>
    private static string? RanOutOfMemory(WorkloadView view, RevisionId revision)
    {
        var (pods, killed, others) = (0, 0, 0);
        foreach (var pod in view.Pods)
        {
            pods += pod.Revision == revision ? 1 : 0;
            killed += pod.Revision == revision && pod.OutOfMemory ? 1 : 0;
            others += pod.Revision != revision && pod.OutOfMemory ? 1 : 0;
        }

        return killed >= OutOfMemory && others == 0 ? $"{killed} of {pods} pods of {revision} ran out of memory, none of another revision did" : null;
    }
}
