using System.Collections.Immutable;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Guarding;

/// <summary>Who belongs to a fleet: its policies, its workloads by name, and whose each pod is.</summary>
internal sealed class FleetRoster
{
    private readonly Neighbourhood neighbourhood;
    private readonly Dictionary<WorkloadId, GuardedWorkload> workloads = [];
    private readonly Dictionary<PodId, GuardedWorkload> owners = [];

    public FleetRoster(ImmutableArray<GuardPolicy> policies) =>
        (Policies, neighbourhood, Safety) = (policies, new Neighbourhood(workloads), new FleetSafety(workloads));

    /// <summary>The first in order that selects a workload guards it.</summary>
    public ImmutableArray<GuardPolicy> Policies { get; set; }

    public FleetSafety Safety { get; }

    public Dictionary<WorkloadId, GuardedWorkload>.ValueCollection Workloads => workloads.Values;

    public GuardedWorkload? Find(WorkloadId id) => workloads.GetValueOrDefault(id);

    public GuardedWorkload? OwnerOf(PodId pod) => owners.GetValueOrDefault(pod);

    public GuardPolicy? PolicyOf(WorkloadView view) => Policies.FirstOrDefault(p => p.Guards(view.Id, view.Labels));

    /// <summary>Takes a workload in, in place of one of the same name.</summary>
    public void Join(GuardedWorkload workload)
    {
        workloads[workload.View.Id] = workload;
        (workload.Peers, workload.Listener) = (neighbourhood, neighbourhood.Spread);
        workload.Safety = Safety;
    }

    /// <summary>The workload that was let go; null when there was none of that name.</summary>
    public GuardedWorkload? Leave(WorkloadId id)
    {
        if (workloads.Remove(id, out var workload))
        {
            Disown(workload);
        }

        return workload;
    }

    /// <summary>The workload's pods are its own from now on.</summary>
    public void Own(GuardedWorkload workload)
    {
        foreach (var pod in workload.View.Pods)
        {
            owners[pod.Id] = workload;
        }
    }

    public void Disown(GuardedWorkload workload)
    {
        foreach (var pod in workload.View.Pods)
        {
            owners.Remove(pod.Id);
        }
    }
}
