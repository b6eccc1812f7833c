using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <content>Sizes of ReplicaSets.</content>
internal sealed partial class RolloutPass
{
    /// <summary>Gives the new ReplicaSet what surge allows. True when its size changed.</summary>
    public bool GrowNewest()
    {
        if (newest is null || newest.Desired == Deployment.Replicas)
        {
            return false;
        }

        var size = newest.Desired > Deployment.Replicas
            ? Deployment.Replicas
            : RolloutArithmetic.NewSize(Deployment, newest.Desired, All.Sum(s => s.Desired));
        return Resize(newest, size);
    }

    /// <summary>Takes from old ReplicaSets what availability allows: pods that are not ready first. True when a size changed.</summary>
    public bool ShrinkOld()
    {
        var active = ReplicaSetView.OldestFirst(old.Where(s => s.Desired > 0)).ToArray();
        if (active.Length == 0 || newest is null)
        {
            return false;
        }

        var least = Deployment.Replicas - Deployment.MaxUnavailable;
        var most = All.Sum(s => s.Desired) - least - (newest.Desired - newest.Available);
        if (most <= 0)
        {
            return false;
        }

        var cleaned = ShrinkUnhealthy(active, most);
        active = [.. ReplicaSetView.OldestFirst(old.Where(s => s.Desired > 0))];
        var spare = All.Sum(s => s.Available) - least;
        var taken = 0;
        foreach (var set in active)
        {
            if (taken >= spare)
            {
                break;
            }

            var take = Math.Min(set.Desired, spare - taken);
            Resize(set, set.Desired - take);
            taken += take;
        }

        return cleaned + taken > 0;
    }

    /// <summary>Takes every old ReplicaSet down to 0, as Recreate does. True when a size changed.</summary>
    public bool StopOld()
    {
        var changed = false;
        foreach (var set in old.Where(s => s.Desired > 0).ToArray())
        {
            changed |= Resize(set, 0);
        }

        return changed;
    }

    /// <summary>Follows a change of the Deployment's replicas, also while it is paused.</summary>
    public void Scale()
    {
        var active = All.Where(s => s.Desired > 0).ToArray();
        var single = active.Length switch
        {
            0 => newest ?? ReplicaSetView.OldestFirst(old).LastOrDefault(),
            1 => active[0],
            _ => null,
        };
        if (single is not null)
        {
            Resize(single, Deployment.Replicas);
        }
        else if (newest is not null && IsSaturated(newest))
        {
            StopOld();
        }
        else if (!Deployment.Recreates)
        {
            foreach (var (set, size) in RolloutArithmetic.Proportional(Deployment, active))
            {
                Resize(set, size, alwaysAnnotate: true);
            }
        }
    }

    private bool IsSaturated(ReplicaSetView set) =>
        set.Desired == Deployment.Replicas && set.Available == Deployment.Replicas
        && set.AnnotatedCount(DeploymentAnnotations.DesiredReplicas) == Deployment.Replicas;

    private int ShrinkUnhealthy(IEnumerable<ReplicaSetView> active, int most)
    {
        var taken = 0;
        foreach (var set in active)
        {
            var take = Math.Min(most - taken, set.Desired - set.Available);
            if (take > 0)
            {
                Resize(set, set.Desired - take);
                taken += take;
            }
        }

        return taken;
    }

    private bool Resize(ReplicaSetView set, int size, bool alwaysAnnotate = false)
    {
        if (set.Desired == size && !alwaysAnnotate)
        {
            return false;
        }

        Replace(set, loop.Store.Modify(ResourceTypes.ReplicaSets, Deployment.Key.Namespace, set.Name, item =>
        {
            ((JsonObject)item["spec"]!)["replicas"] = size;
            var annotations = Kube.Annotations(item);
            annotations[DeploymentAnnotations.DesiredReplicas] = Text(Deployment.Replicas);
            annotations[DeploymentAnnotations.MaxReplicas] = Text(Deployment.Replicas + Deployment.MaxSurge);
            return true;
        }));
        if (set.Desired == size)
        {
            return false;
        }

        var direction = size > set.Desired ? "up" : "down";
        events.Normal(
            Deployment.Json, Component, "ScalingReplicaSet",
            $"Scaled {direction} replica set {set.Name} from {Text(set.Desired)} to {Text(size)}");
        return true;
    }
}
