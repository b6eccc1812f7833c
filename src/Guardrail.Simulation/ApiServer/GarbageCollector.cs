using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>
/// Deletes objects whose owners are all gone, finishes foreground and orphan deletions, and empties namespaces that are being deleted.
/// </summary>
/// <remarks>It acts only when <see cref="Collect"/> is called, so a simulation decides when; the API server calls it after each write.</remarks>
public sealed class GarbageCollector : IDisposable
{
    private readonly ObjectStore store;
    private readonly Lock gate = new();
    private readonly Queue<StoreEvent> pending = new();
    private readonly Dictionary<string, HashSet<(ResourceType Type, string Namespace, string Name)>> dependents = new(StringComparer.Ordinal);
    private readonly IDisposable subscription;

    /// <summary>Starts to note what happens in a store.</summary>
    public GarbageCollector(ObjectStore store)
    {
        this.store = store;
        subscription = store.Subscribe(Note);
        foreach (var type in store.Types)
        {
            foreach (var item in store.List(type).Items)
            {
                Index(new StoreEvent(type, StoreChange.Added, item, null, 0));
            }
        }
    }

    /// <summary>Does what the changes since the last call ask for; returns how many objects it deleted or released.</summary>
    public int Collect()
    {
        var done = 0;
        while (Next() is { } change)
        {
            done += change.Change == StoreChange.Deleted ? OwnerGone(change) : Terminating(change);
        }

        return done;
    }

    /// <summary>Stops noting.</summary>
    public void Dispose() => subscription.Dispose();

    private static IEnumerable<JsonObject> Owners(JsonObject item) =>
        (ObjectMeta.Of(item)["ownerReferences"] as JsonArray)?.OfType<JsonObject>() ?? [];

    private static bool HasFinalizer(JsonObject item, string name) =>
        (ObjectMeta.Of(item)["finalizers"] as JsonArray)?.Any(f => (string?)f == name) == true;

    private static string? Namespace(JsonObject item) => (string?)ObjectMeta.Of(item)["namespace"];

    private static string Name(JsonObject item) => (string?)ObjectMeta.Of(item)["name"] ?? "";

    private void Index(StoreEvent change)
    {
        var key = (change.Type, change.Namespace, change.Name);
        lock (gate)
        {
            foreach (var owner in change.Previous is null ? [] : Owners(change.Previous))
            {
                if (dependents.TryGetValue((string?)owner["uid"] ?? "", out var known) && known.Remove(key) && known.Count == 0)
                {
                    dependents.Remove((string?)owner["uid"] ?? "");
                }
            }

            foreach (var owner in change.Change == StoreChange.Deleted ? [] : Owners(change.Item))
            {
                var uid = (string?)owner["uid"] ?? "";
                if (!dependents.TryGetValue(uid, out var known))
                {
                    dependents[uid] = known = [];
                }

                known.Add(key);
            }
        }
    }

    private void Note(StoreEvent change)
    {
        Index(change);
        if (change.Change == StoreChange.Deleted || ObjectMeta.Of(change.Item)["deletionTimestamp"] is not null)
        {
            lock (gate)
            {
                pending.Enqueue(change);
            }
        }
    }

    private StoreEvent? Next()
    {
        lock (gate)
        {
            return pending.TryDequeue(out var change) ? change : null;
        }
    }

    private List<(ResourceType Type, JsonObject Item)> Dependents(string uid)
    {
        (ResourceType Type, string Namespace, string Name)[] keys;
        lock (gate)
        {
            keys = dependents.TryGetValue(uid, out var known) ? [.. known] : [];
        }

        var found = new List<(ResourceType Type, JsonObject Item)>();
        foreach (var (type, ns, name) in keys)
        {
            if (store.Serves(type) && store.TryGet(type, ns, name, out var item))
            {
                found.Add((type, item));
            }
        }

        return found;
    }

    private int OwnerGone(StoreEvent change)
    {
        var done = 0;
        if (Owners(change.Item).Any())
        {
            done += ReleaseOwners(change.Item);
        }

        if (change.Type.Namespaced && NamespaceIsEnding(change.Namespace))
        {
            done += EndNamespace(change.Namespace);
        }

        var uid = (string?)ObjectMeta.Of(change.Item)["uid"] ?? "";
        foreach (var (type, item) in Dependents(uid))
        {
            done += Others(item, uid) ? DropOwner(type, item, uid) : Delete(type, item);
        }

        return done;
    }

    private bool Others(JsonObject item, string uid) =>
        Owners(item).Any(o => (string?)o["uid"] != uid && Exists(item, o));

    private bool Exists(JsonObject item, JsonObject owner)
    {
        var type = store.Types.FirstOrDefault(t => t.Kind == (string?)owner["kind"] && t.ApiVersion == (string?)owner["apiVersion"]);
        return type is not null
            && store.TryGet(type, type.Namespaced ? Namespace(item) : null, (string?)owner["name"] ?? "", out var found)
            && (string?)ObjectMeta.Of(found)["uid"] == (string?)owner["uid"];
    }

    private int Terminating(StoreEvent change)
    {
        if (change.Type == ResourceTypes.Namespaces)
        {
            return EndNamespace(change.Name);
        }

        var uid = (string?)ObjectMeta.Of(change.Item)["uid"] ?? "";
        var done = 0;
        if (HasFinalizer(change.Item, "orphan"))
        {
            foreach (var (type, item) in Dependents(uid))
            {
                done += DropOwner(type, item, uid);
            }

            done += Release(change.Type, change.Item, "orphan");
        }
        else if (HasFinalizer(change.Item, "foregroundDeletion"))
        {
            var blocking = Dependents(uid);
            foreach (var (type, item) in blocking)
            {
                done += Delete(type, item, "Foreground");
            }

            done += Dependents(uid).Count > 0 ? 0 : Release(change.Type, change.Item, "foregroundDeletion");
        }

        return done;
    }

    private int ReleaseOwners(JsonObject gone)
    {
        var done = 0;
        foreach (var owner in Owners(gone))
        {
            var type = store.Types.FirstOrDefault(t => t.Kind == (string?)owner["kind"] && t.ApiVersion == (string?)owner["apiVersion"]);
            if (type is not null
                && store.TryGet(type, type.Namespaced ? Namespace(gone) : null, (string?)owner["name"] ?? "", out var found)
                && ObjectMeta.Of(found)["deletionTimestamp"] is not null && HasFinalizer(found, "foregroundDeletion")
                && Dependents((string?)owner["uid"] ?? "").Count == 0)
            {
                done += Release(type, found, "foregroundDeletion");
            }
        }

        return done;
    }

    private bool NamespaceIsEnding(string ns) =>
        store.TryGet(ResourceTypes.Namespaces, null, ns, out var found) && ObjectMeta.Of(found)["deletionTimestamp"] is not null;

    private int EndNamespace(string ns)
    {
        if (!NamespaceIsEnding(ns))
        {
            return 0;
        }

        var done = 0;
        foreach (var type in store.Types.Where(t => t.Namespaced).OrderBy(t => t == ResourceTypes.Pods ? 0 : 1))
        {
            foreach (var item in store.List(type, ns).Items)
            {
                done += ObjectMeta.Of(item)["deletionTimestamp"] is null ? Delete(type, item) : 0;
            }
        }

        if (store.Types.Where(t => t.Namespaced).All(t => store.List(t, ns).Items.Count == 0))
        {
            Quietly(() => store.Modify(
                ResourceTypes.Namespaces, null, ns,
                item =>
                {
                    ((JsonObject)item["spec"]!).Remove("finalizers");
                    return true;
                }));
            done++;
        }

        return done;
    }

    private int Delete(ResourceType type, JsonObject item, string policy = "Background") => Quietly(() => store.Delete(
        type, Namespace(item), Name(item),
        new DeleteOptions { Uid = (string?)ObjectMeta.Of(item)["uid"], PropagationPolicy = policy }));

    private int DropOwner(ResourceType type, JsonObject item, string uid) => Quietly(() => store.Modify(
        type, Namespace(item), Name(item),
        copy =>
        {
            var list = (JsonArray)ObjectMeta.Of(copy)["ownerReferences"]!;
            foreach (var owner in list.Where(o => (string?)o?["uid"] == uid).ToArray())
            {
                list.Remove(owner);
            }

            return true;
        }));

    private int Release(ResourceType type, JsonObject item, string finalizer) => Quietly(() => store.Modify(
        type, Namespace(item), Name(item),
        copy =>
        {
            if (ObjectMeta.Of(copy)["finalizers"] is not JsonArray list)
            {
                return false;
            }

            foreach (var one in list.Where(f => (string?)f == finalizer).ToArray())
            {
                list.Remove(one);
            }

            return true;
        }));

    /// <summary>Races with other writers end in 404 or 409; what they leave behind is told as another change.</summary>
    private static int Quietly(Action act)
    {
        try
        {
            act();
            return 1;
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            return 0;
        }
    }
}
