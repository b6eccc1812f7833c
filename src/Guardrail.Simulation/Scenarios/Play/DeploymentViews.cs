using System.Collections.Immutable;
using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>A Deployment as the cluster shows it.</summary>
internal static class DeploymentViews
{
    public static WorkloadView Of(VirtualDeployment deployment, ScenarioService service) => new()
    {
        Id = deployment.Id,
        Uid = deployment.Uid,
        Labels = service.Labels,
        Generation = deployment.Generation,
        DesiredReplicas = deployment.Replicas,
        CurrentRevision = deployment.Current is { } current ? new RevisionId(current.Name) : null,
        Revisions = Revisions(deployment),
        Pods = Pods(deployment),
        Pause = deployment.Pause,
        ProgressDeadlineExceeded = deployment.DeadlineExceeded,
        RollsGradually = !service.Strategy.Recreate,
        Quarantined = [.. deployment.Quarantined.Select(name => new RevisionId(name))],
        TemplateManager = deployment.TemplateManager,
        MadeBy = deployment.MadeBy,
    };

    private static ImmutableArray<RevisionView> Revisions(VirtualDeployment deployment)
    {
        var views = ImmutableArray.CreateBuilder<RevisionView>(deployment.Revisions.Count);
        foreach (var revision in deployment.Revisions)
        {
            views.Add(new()
            {
                Id = new(revision.Name),
                Number = revision.Number,
                DesiredReplicas = revision.Desired,
                KnownGood = revision.KnownGood,
                CreatedAt = revision.CreatedAt,
            });
        }

        return views.MoveToImmutable();
    }

    private static ImmutableArray<PodView> Pods(VirtualDeployment deployment)
    {
        var views = ImmutableArray.CreateBuilder<PodView>(deployment.Pods.Count);
        foreach (var pod in deployment.Pods)
        {
            views.Add(new()
            {
                Id = pod.Id,
                Uid = pod.Uid,
                Revision = new(pod.Revision.Name),
                CreatedAt = PlayTime.At(pod.CreatedAt),
                ReadySince = pod.ReadySince is { } since ? PlayTime.At(since) : null,
                Restarts = pod.Restarts,
                OutOfMemoryKills = pod.OutOfMemoryKills,
                WaitingReason = pod.BacksOff ? "CrashLoopBackOff" : null,
            });
        }

        return views.MoveToImmutable();
    }
}
