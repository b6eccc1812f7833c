using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers.DaemonSets;

/// <summary>
/// Rolls DaemonSets over the Nodes of the store: the rules of the real controller, as its recorded behaviour shows them. Like it, it does
/// not notice that a Node is gone; it notices the Node's pods going.
/// </summary>
internal sealed class DaemonSetController(EventRecorder events) : IController
{
    private readonly HashSet<ObjectKey> known = [];

    public void Observe(StoreEvent change, ControllerLoop loop)
    {
        if (change.Type == ResourceTypes.DaemonSets)
        {
            var key = Kube.Key(change.Item);
            if (change.Change == StoreChange.Deleted)
            {
                known.Remove(key);
                return;
            }

            known.Add(key);
            loop.Enqueue(this, key);
        }
        else if (change.Type == ResourceTypes.Pods && Kube.Controller(change.Item) is { } owner && (string?)owner["kind"] == "DaemonSet")
        {
            loop.Enqueue(this, new ObjectKey(change.Namespace, Kube.Text(owner["name"])));
        }
        else if (change.Type == ResourceTypes.Nodes && change.Change != StoreChange.Deleted)
        {
            foreach (var key in known)
            {
                loop.Enqueue(this, key);
            }
        }
    }

    public void Sync(ObjectKey key, ControllerLoop loop)
    {
        if (loop.Index.Find(ResourceTypes.DaemonSets, key) is not { } set)
        {
            return;
        }

        var pass = new DaemonSetPass(loop, events, set);
        pass.Run();
        if (pass.CheckAgainAfter is { } delay)
        {
            loop.EnqueueAfter(this, key, delay);
        }
    }
}
