using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The objects of one kind, their recent history, and who watches. Guarded by the lock of the store.</summary>
internal sealed class TypeTable(ResourceType type, ResourceRules rules, int historyLimit)
{
    private readonly SortedDictionary<string, SortedDictionary<string, StoredObject>> byNamespace = new(NamespaceOrder.Instance);
    private readonly Queue<StoreEvent> history = new();
    private readonly List<StoreWatch> watches = [];

    public ResourceType Type { get; } = type;

    public ResourceRules Rules { get; } = rules;

    /// <summary>Changes up to this version are forgotten.</summary>
    public long Floor { get; private set; }

    public StoredObject? Find(string ns, string name) => byNamespace.GetValueOrDefault(ns)?.GetValueOrDefault(name);

    public void Put(StoredObject item)
    {
        if (!byNamespace.TryGetValue(item.Namespace, out var names))
        {
            byNamespace[item.Namespace] = names = new(StringComparer.Ordinal);
        }

        names[item.Name] = item;
    }

    public void Remove(string ns, string name)
    {
        if (byNamespace.TryGetValue(ns, out var names) && names.Remove(name) && names.Count == 0)
        {
            byNamespace.Remove(ns);
        }
    }

    public IEnumerable<StoredObject> All(string? ns) =>
        string.IsNullOrEmpty(ns) ? byNamespace.Values.SelectMany(n => n.Values) : byNamespace.GetValueOrDefault(ns)?.Values ?? Empty;

    private static IEnumerable<StoredObject> Empty => [];

    public void Record(StoreEvent change)
    {
        history.Enqueue(change);
        while (history.Count > historyLimit)
        {
            Floor = history.Dequeue().Version;
        }

        foreach (var watch in watches)
        {
            watch.Offer(change);
        }
    }

    public void Forget(long upTo)
    {
        while (history.TryPeek(out var first) && first.Version <= upTo)
        {
            history.Dequeue();
        }

        Floor = Math.Max(Floor, upTo);
    }

    public IEnumerable<StoreEvent> Since(long version) => history.Where(e => e.Version > version);

    public void Add(StoreWatch watch) => watches.Add(watch);

    public void Remove(StoreWatch watch) => watches.Remove(watch);

    public void EndWatches()
    {
        foreach (var watch in watches)
        {
            watch.End();
        }

        watches.Clear();
    }

    /// <summary>Order of the keys <c>namespace/name</c>.</summary>
    private sealed class NamespaceOrder : IComparer<string>
    {
        public static NamespaceOrder Instance { get; } = new();

        public int Compare(string? x, string? y) => string.CompareOrdinal(x + "/", y + "/");
    }
}
