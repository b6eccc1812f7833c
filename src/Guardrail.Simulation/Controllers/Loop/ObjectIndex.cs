using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Controllers.Loop;

/// <summary>The objects that controllers work on, by name and by owner. The objects are the store's own: never to be changed.</summary>
internal sealed class ObjectIndex
{
    private static readonly SortedDictionary<string, JsonObject> None = new(StringComparer.Ordinal);

    private readonly Dictionary<(ResourceType, ObjectKey), JsonObject> byKey = [];
    private readonly Dictionary<(ResourceType, string), SortedDictionary<string, JsonObject>> byOwner = [];

    public JsonObject? Find(ResourceType type, ObjectKey key) => byKey.GetValueOrDefault((type, key));

    /// <summary>The objects of a kind whose controller has that uid, by name.</summary>
    public IReadOnlyCollection<JsonObject> OwnedBy(ResourceType type, string ownerUid) =>
        byOwner.GetValueOrDefault((type, ownerUid), None).Values;

    public void Apply(StoreEvent change)
    {
        var key = (change.Type, new ObjectKey(change.Namespace, change.Name));
        if (byKey.TryGetValue(key, out var old) && Kube.ControllerUid(old) is { } oldOwner)
        {
            var siblings = byOwner[(change.Type, oldOwner)];
            siblings.Remove(change.Name);
            if (siblings.Count == 0)
            {
                byOwner.Remove((change.Type, oldOwner));
            }
        }

        if (change.Change == StoreChange.Deleted)
        {
            byKey.Remove(key);
            return;
        }

        byKey[key] = change.Item;
        if (Kube.ControllerUid(change.Item) is { } owner)
        {
            if (!byOwner.TryGetValue((change.Type, owner), out var siblings))
            {
                byOwner[(change.Type, owner)] = siblings = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
            }

            siblings[change.Name] = change.Item;
        }
    }
}
