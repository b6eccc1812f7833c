using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Controllers.Loop;

/// <summary>Deletes objects whose controlling owner is gone, as background garbage collection does.</summary>
/// <param name="dependents">Kind of the objects that are deleted.</param>
/// <param name="owners">Kind of their owners.</param>
internal sealed class DependentsCollector(ResourceType dependents, ResourceType owners) : IController
{
    public void Observe(StoreEvent change, ControllerLoop loop)
    {
        if (change.Type == owners && change.Change == StoreChange.Deleted)
        {
            foreach (var item in loop.Index.OwnedBy(dependents, Kube.Uid(change.Item)))
            {
                loop.Enqueue(this, Kube.Key(item));
            }
        }
        else if (change.Type == dependents && change.Change == StoreChange.Added)
        {
            loop.Enqueue(this, Kube.Key(change.Item));
        }
    }

    public void Sync(ObjectKey key, ControllerLoop loop)
    {
        if (loop.Index.Find(dependents, key) is not { } item || Kube.IsDeleting(item)
            || Kube.Controller(item) is not { } owner || (string?)owner["kind"] != owners.Kind)
        {
            return;
        }

        if (!loop.Store.TryGet(owners, key.Namespace, Kube.Text(owner["name"]), out var found) || Kube.Uid(found) != Kube.Text(owner["uid"]))
        {
            loop.Store.Delete(dependents, key.Namespace, key.Name, new DeleteOptions { Uid = Kube.Uid(item) });
        }
    }
}
