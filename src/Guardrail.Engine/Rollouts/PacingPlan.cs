using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Rollouts;

/// <summary>Tells at which step of the policy's pacing a rollout stands.</summary>
internal static class PacingPlan
{
    /// <summary>Steps whose share of updated pods has been reached: 0 before the first, the number of steps after the last.</summary>
    public static int StepsReached(Pacing pacing, WorkloadView view, RevisionId to)
    {
        if (!pacing.Enabled || view.DesiredReplicas == 0 || view.Revision(to) is not { DesiredReplicas: > 0 } revision)
        {
            return 0;
        }

        var percent = 100.0 * revision.DesiredReplicas / view.DesiredReplicas;
        var steps = 0;
        foreach (var step in pacing.StepPercents)
        {
            steps += percent >= step ? 1 : 0;
        }

        return steps;
    }

    /// <summary>Whether pods of another revision are still wanted, so that a pause leaves both serving.</summary>
    public static bool BothWanted(WorkloadView view, RevisionId to) => view.RollsGradually && OthersWanted(view, to);

    /// <summary>Whether the rollout can be held where it stands with both revisions serving.</summary>
    public static bool CanHold(WorkloadView view, RevisionId to) => view.CanBeHeld && BothWanted(view, to);

    /// <summary>Why a rollout under a policy that asks for pacing goes on at its own pace, to be added to a sentence; empty when it is paced.</summary>
    public static string WhyUnpaced(Pacing pacing, WorkloadView view) => view switch
    {
        _ when !pacing.Enabled => "",
        { RollsGradually: false } => "; it is not paced, for its strategy does not let both revisions serve side by side",
        { CanBeHeld: false } => $"; it is not paced, for a {view.Id.Kind} has no pause: it is compared while it goes on, and taken back if it is bad",
        _ => "",
    };

    /// <summary>Whether pods of another revision are still there.</summary>
    public static bool OthersHavePods(WorkloadView view, RevisionId to)
    {
        foreach (var pod in view.Pods)
        {
            if (pod.Revision != to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the cluster has finished the rollout: only pods of the to-revision, all wanted ones ready.</summary>
    public static bool IsComplete(WorkloadView view, RevisionId to)
    {
        if (!view.Observed || OthersWanted(view, to))
        {
            return false;
        }

        var ready = 0;
        foreach (var pod in view.Pods)
        {
            if (pod.Revision != to)
            {
                return false;
            }

            ready += pod.ReadySince is null ? 0 : 1;
        }

        return ready >= view.DesiredReplicas;
    }

    private static bool OthersWanted(WorkloadView view, RevisionId to)
    {
        foreach (var revision in view.Revisions)
        {
            if (revision.Id != to && revision.DesiredReplicas > 0)
            {
                return true;
            }
        }

        return false;
    }
}
