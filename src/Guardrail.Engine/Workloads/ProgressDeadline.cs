namespace Guardrail.Engine.Workloads;

/// <summary>
/// The progress deadline of the kinds that have none. A Deployment's controller says itself when a rollout does not get on; that of a StatefulSet
/// or DaemonSet never does, and waits for a pod that cannot start for ever.
/// </summary>
internal static class ProgressDeadline
{
    /// <summary>How long a pod may be kept from starting: as long as a Deployment is given by default.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The view, with <see cref="WorkloadView.ProgressDeadlineExceeded"/> when a pod of the current revision has been kept from starting (an image
    /// that cannot be pulled, a missing Secret) for the whole <see cref="Length"/>. A pod that runs and is not ready yet may take its time.
    /// </summary>
    public static WorkloadView Applied(WorkloadView view, DateTimeOffset now)
    {
        if (view.Id.Kind == WorkloadKind.Deployment || !view.Observed)
        {
            return view;
        }

        foreach (var pod in view.Pods)
        {
            if (pod.Revision == view.CurrentRevision && pod is { WaitingReason: not null, ReadySince: null } && now - pod.CreatedAt >= Length)
            {
                return view with { ProgressDeadlineExceeded = true };
            }
        }

        return view;
    }
}
