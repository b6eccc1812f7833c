using System.Collections.Immutable;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>Makes the view of a workload from what is kept of it, its revisions and its pods.</summary>
internal static class ViewBuilder
{
    /// <summary>The view.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="owned">Its revisions.</param>
    /// <param name="pods">Its pods, each with the revision that made it.</param>
    public static WorkloadView Build(
        ClusterObject.Workload workload, IEnumerable<ClusterObject.Revision> owned, IEnumerable<(RevisionId Revision, PodView Pod)> pods)
    {
        var revisions = owned.OrderBy(revision => revision.View.Number).ThenBy(revision => revision.View.CreatedAt)
            .ThenBy(revision => revision.View.Id.Hash, StringComparer.Ordinal).ToArray();
        var current = revisions.LastOrDefault(revision => revision.Template == workload.Template)?.View;
        var members = pods.Select(pod => pod.Pod.Revision == pod.Revision ? pod.Pod : pod.Pod with { Revision = pod.Revision })
            .OrderBy(pod => pod.Id.Name, StringComparer.Ordinal).ToImmutableArray();
        // The two kinds come on two watches: the Deployment may tell of a revision number that its ReplicaSet does not bear yet. A
        // ControllerRevision that is used again gets the highest number before the status tells of it.
        var observed = workload.Observed && (workload.Id.Kind == WorkloadKind.Deployment
            ? !(current?.Number < workload.ControllerRevision)
            : current is not null && current.Number == revisions[^1].View.Number);
        return new WorkloadView
        {
            Id = workload.Id,
            Uid = workload.Uid,
            Labels = workload.Labels,
            Generation = workload.Generation,
            DesiredReplicas = workload.DesiredReplicas,
            CurrentRevision = current?.Id,
            Revisions = [.. revisions.Select(revision => Complete(revision.View, workload, current, members))],
            Pods = members,
            Observed = observed,
            Pause = workload.Id.Kind == WorkloadKind.StatefulSet
                ? Partitions.Pause(workload, current?.Id, members)
                : Pause(workload, current?.Id),
            // Until the controller has seen the spec, the condition is that of the rollout before.
            ProgressDeadlineExceeded = workload.ProgressDeadlineExceeded && observed,
            RollsGradually = workload.RollsGradually,
            HistoryLimit = workload.HistoryLimit,
            Irreversible = workload.Irreversible,
            Quarantined = workload.Quarantined,
            VetoedDecision = workload.VetoedDecision,
            RequestedRollback = workload.RequestedRollback,
            TemplateManager = workload.TemplateManager,
            MadeBy = workload.MadeBy,
        };
    }

    private static PauseState Pause(ClusterObject.Workload workload, RevisionId? current) => (workload.Paused, workload.PausedBy) switch
    {
        (true, null) => PauseState.ByOther,
        (true, _) => PauseState.ByGuardrail,
        // What was written when an earlier rollout was paused says nothing of this one.
        (false, not null) when workload.PausedRevision is null || workload.PausedRevision == current?.Hash => PauseState.ResumedByOther,
        _ => PauseState.Running,
    };

    private static RevisionView Complete(
        RevisionView revision, ClusterObject.Workload workload, RevisionView? current, ImmutableArray<PodView> pods)
    {
        var isCurrent = revision.Id == current?.Id;
        var view = isCurrent && workload.ChangedBy is { } author ? revision with { ChangedBy = author } : revision;
        if (workload.Id.Kind == WorkloadKind.Deployment)
        {
            return view;
        }

        // A ControllerRevision does not say how many pods it wants: the current one wants what the others do not hold.
        var held = pods.Count(pod => pod.Revision == revision.Id);
        return view with { DesiredReplicas = isCurrent ? Math.Max(0, workload.DesiredReplicas - (pods.Length - held)) : held };
    }
}
