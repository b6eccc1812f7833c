using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers.StatefulSets;

/// <summary>Rolls StatefulSets: the rules of the real controller, as its recorded behaviour shows them. Volume claims are not made.</summary>
internal sealed class StatefulSetController(EventRecorder events) : IController
{
    public void Observe(StoreEvent change, ControllerLoop loop)
    {
        if (change.Type == ResourceTypes.StatefulSets && change.Change != StoreChange.Deleted)
        {
            loop.Enqueue(this, Kube.Key(change.Item));
        }
        else if (change.Type == ResourceTypes.Pods && Kube.Controller(change.Item) is { } owner && (string?)owner["kind"] == "StatefulSet")
        {
            loop.Enqueue(this, new ObjectKey(change.Namespace, Kube.Text(owner["name"])));
        }
    }

    public void Sync(ObjectKey key, ControllerLoop loop)
    {
        if (loop.Index.Find(ResourceTypes.StatefulSets, key) is not { } set)
        {
            return;
        }

        var pass = new StatefulSetPass(loop, events, set);
        pass.Run();
        if (pass.CheckAgainAfter is { } delay)
        {
            loop.EnqueueAfter(this, key, delay);
        }
    }
}
