using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers.Deployments;

/// <summary>Rolls Deployments: the rules of the real controller, as its recorded behaviour shows them.</summary>
internal sealed class DeploymentController(EventRecorder events) : IController
{
    public void Observe(StoreEvent change, ControllerLoop loop)
    {
        if (change.Type == ResourceTypes.Deployments && change.Change != StoreChange.Deleted)
        {
            loop.Enqueue(this, Kube.Key(change.Item));
        }
        else if (change.Type == ResourceTypes.ReplicaSets && Kube.Controller(change.Item) is { } owner && (string?)owner["kind"] == "Deployment")
        {
            loop.Enqueue(this, new ObjectKey(change.Namespace, Kube.Text(owner["name"])));
        }
        else if (change.Type == ResourceTypes.Pods && change.Change == StoreChange.Deleted && Kube.ControllerUid(change.Item) is not null)
        {
            ObservePodGone(change, loop);
        }
    }

    public void Sync(ObjectKey key, ControllerLoop loop)
    {
        if (loop.Index.Find(ResourceTypes.Deployments, key) is not { } json)
        {
            return;
        }

        var pass = new RolloutPass(loop, events, json);
        if (Kube.IsDeleting(json))
        {
            pass.FindRevisions(create: false);
            pass.WriteStatus();
        }
        else
        {
            Reconcile(pass);
        }

        if (pass.CheckAgainAfter is { } delay)
        {
            loop.EnqueueAfter(this, key, delay);
        }
    }

    private static void Reconcile(RolloutPass pass)
    {
        pass.NotePause();
        pass.FindRevisions(create: false);
        if (pass.Deployment.Paused || pass.WasScaled())
        {
            pass.Scale();
            if (pass.Deployment.Paused)
            {
                pass.CleanUp();
            }

            pass.WriteStatus();
        }
        else if (pass.Deployment.Recreates)
        {
            Recreate(pass);
        }
        else
        {
            Roll(pass);
        }
    }

    private static void Roll(RolloutPass pass)
    {
        pass.FindRevisions(create: true);
        if (pass.LostRace)
        {
            return;
        }

        if (!pass.GrowNewest() && !pass.ShrinkOld() && pass.IsComplete())
        {
            pass.CleanUp();
        }

        pass.WriteRolloutStatus();
    }

    private static void Recreate(RolloutPass pass)
    {
        if (!pass.StopOld() && !pass.OldPodsExist())
        {
            pass.FindRevisions(create: true);
            if (pass.LostRace)
            {
                return;
            }

            pass.GrowNewest();
            if (pass.IsComplete())
            {
                pass.CleanUp();
            }
        }

        pass.WriteRolloutStatus();
    }

    /// <summary>A Recreate rollout waits for the last old pod to be gone.</summary>
    private void ObservePodGone(StoreEvent change, ControllerLoop loop)
    {
        var set = Kube.Text(Kube.Controller(change.Item)!["name"]);
        if (loop.Index.Find(ResourceTypes.ReplicaSets, new ObjectKey(change.Namespace, set)) is { } owner
            && Kube.Controller(owner) is { } deployment)
        {
            loop.Enqueue(this, new ObjectKey(change.Namespace, Kube.Text(deployment["name"])));
        }
    }
}
