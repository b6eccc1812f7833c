using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers.Nodes;

/// <summary>Removes the pods of nodes that were deleted, after a while and without grace, as the real pod collector does.</summary>
internal sealed class LostNodeController : IController
{
    /// <summary>How long a node must be gone: a node that is registered anew keeps its pods.</summary>
    public static readonly TimeSpan Quarantine = TimeSpan.FromSeconds(40);

    public void Observe(StoreEvent change, ControllerLoop loop)
    {
        if (change.Type == ResourceTypes.Nodes && change.Change == StoreChange.Deleted)
        {
            loop.EnqueueAfter(this, Kube.Key(change.Item), Quarantine);
        }
    }

    public void Sync(ObjectKey key, ControllerLoop loop)
    {
        if (loop.Index.Find(ResourceTypes.Nodes, key) is not null)
        {
            return;
        }

        foreach (var pod in loop.Store.List(ResourceTypes.Pods).Items.Where(p => Kube.Text(p["spec"]?["nodeName"]) == key.Name).ToArray())
        {
            var at = Kube.Key(pod);
            loop.Store.Delete(ResourceTypes.Pods, at.Namespace, at.Name, new DeleteOptions { GracePeriodSeconds = 0, Uid = Kube.Uid(pod) });
        }
    }
}
