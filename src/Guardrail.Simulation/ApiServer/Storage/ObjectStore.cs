using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Keeps Kubernetes objects in memory, with one rising resourceVersion over all kinds, as a real API server does.</summary>
/// <remarks>
/// <para>Thread safe. Objects that are handed out are <b>shared and must never be changed</b>; <see cref="Modify"/> gives a private
/// copy, and <see cref="Create"/> and <see cref="Replace"/> take a copy of what they are given. <c>managedFields</c> are kept apart,
/// see <see cref="ManagedFields"/>.</para>
/// <para>Times are whole seconds of the given clock. Names of <c>generateName</c> and uids come from the given generator, so equal
/// seeds and equal calls give equal objects.</para>
/// </remarks>
public sealed partial class ObjectStore
{
    /// <summary>Changes of each kind that are remembered unless told otherwise.</summary>
    public const int DefaultHistoryLimit = 2_000;

    private readonly Lock gate = new();
    private readonly Dictionary<ResourceType, TypeTable> tables = [];
    private readonly List<Action<StoreEvent>> subscribers = [];
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly int historyLimit;
    private long version;

    /// <summary>A store with the built-in kinds and the four namespaces of a fresh cluster.</summary>
    /// <param name="time">The clock of timestamps.</param>
    /// <param name="random">Seeded source of uids and generated names.</param>
    /// <param name="historyLimit">Changes of each kind that are remembered for watches; older ones answer 410.</param>
    public ObjectStore(TimeProvider time, Random random, int historyLimit = DefaultHistoryLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(historyLimit, 1);
        this.time = time;
        this.random = random;
        this.historyLimit = historyLimit;
        foreach (var type in ResourceTypes.BuiltIn)
        {
            tables[type] = new TypeTable(type, BuiltInRules.For(type), historyLimit);
        }

        foreach (var name in new[] { "default", "kube-node-lease", "kube-public", "kube-system" })
        {
            Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }
    }

    /// <summary>The clock of the store.</summary>
    public TimeProvider Time => time;

    /// <summary>The version of the last write.</summary>
    public long Version
    {
        get
        {
            lock (gate)
            {
                return version;
            }
        }
    }

    /// <summary>The kinds that can be stored now.</summary>
    public IReadOnlyList<ResourceType> Types
    {
        get
        {
            lock (gate)
            {
                return [.. tables.Keys];
            }
        }
    }

    /// <summary>Serves another kind (a custom resource). An existing one gets the new rules and keeps its objects.</summary>
    public void Register(ResourceType type, ResourceRules rules)
    {
        lock (gate)
        {
            var table = new TypeTable(type, rules, historyLimit);
            if (tables.Remove(type, out var old))
            {
                foreach (var item in old.All(null))
                {
                    table.Put(item);
                }

                table.Forget(version);
                old.EndWatches();
            }

            tables[type] = table;
        }
    }

    /// <summary>Stops serving a kind and drops its objects.</summary>
    public void Unregister(ResourceType type)
    {
        lock (gate)
        {
            if (tables.Remove(type, out var table))
            {
                table.EndWatches();
            }
        }
    }

    /// <summary>The object of that name.</summary>
    /// <exception cref="ApiException">404 when there is none.</exception>
    public JsonObject Get(ResourceType type, string? ns, string name) => GetStored(type, ns, name).Json;

    /// <summary>Finds the object of that name.</summary>
    public bool TryGet(ResourceType type, string? ns, string name, [NotNullWhen(true)] out JsonObject? item)
    {
        lock (gate)
        {
            item = Table(type).Find(ns ?? "", name)?.Json;
            return item is not null;
        }
    }

    /// <summary>The managedFields of an object, as the API server shows them.</summary>
    /// <exception cref="ApiException">404 when there is none.</exception>
    public JsonArray ManagedFields(ResourceType type, string? ns, string name) => GetStored(type, ns, name).Owners.ToJson();

    /// <summary>All objects of a kind that a selector selects.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="selector">What to select; null for everything.</param>
    public ListResult List(ResourceType type, string? ns = null, ObjectSelector? selector = null)
    {
        var (items, at) = ListStored(type, ns, selector, null);
        return new ListResult([.. items.Select(i => i.Json)], at);
    }

    /// <summary>Watches a kind.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="selector">What to select; null for everything.</param>
    /// <param name="fromVersion">Tell the changes after this version; null tells what exists as added, then the changes.</param>
    /// <exception cref="ApiException">410 when changes after that version are forgotten.</exception>
    public StoreWatch Watch(ResourceType type, string? ns = null, ObjectSelector? selector = null, long? fromVersion = null)
    {
        selector ??= ObjectSelector.Everything;
        lock (gate)
        {
            var table = Table(type);
            if (fromVersion < table.Floor)
            {
                throw ApiErrors.TooOld(fromVersion.Value, table.Floor + 1);
            }

            var watch = new StoreWatch(ns, selector, fromVersion ?? version, Close);
            if (fromVersion is null)
            {
                foreach (var item in table.All(ns).Where(i => selector.Matches(i.Json)))
                {
                    watch.OfferInitial(new StoreEvent(type, StoreChange.Added, item.Json, null, item.Version) { Stored = item });
                }
            }
            else
            {
                foreach (var change in table.Since(fromVersion.Value))
                {
                    watch.Offer(change);
                }
            }

            table.Add(watch);
            return watch;

            void Close(StoreWatch closing)
            {
                lock (gate)
                {
                    table.Remove(closing);
                }
            }
        }
    }

    /// <summary>Calls back on every change of every kind, in order, while the store is locked: only note what to do, do it later.</summary>
    /// <returns>Dispose to stop.</returns>
    public IDisposable Subscribe(Action<StoreEvent> changed)
    {
        lock (gate)
        {
            subscribers.Add(changed);
        }

        return new Subscription(this, changed);
    }

    /// <summary>Forgets all history: watches from older versions get 410, as after a compaction.</summary>
    public void Compact()
    {
        lock (gate)
        {
            foreach (var table in tables.Values)
            {
                table.Forget(version);
            }
        }
    }

    internal StoredObject GetStored(ResourceType type, string? ns, string name)
    {
        lock (gate)
        {
            return Table(type).Find(ns ?? "", name) ?? throw ApiErrors.NotFound(type, name);
        }
    }

    /// <summary>Lists the state now (null) or at an earlier version, by undoing what came later.</summary>
    internal (IReadOnlyList<StoredObject> Items, long Version) ListStored(
        ResourceType type, string? ns, ObjectSelector? selector, long? atVersion)
    {
        lock (gate)
        {
            var table = Table(type);
            var items = table.All(ns);
            if (atVersion is { } past && past < version)
            {
                items = table.Floor > past ? throw ApiErrors.TooOld(past, table.Floor + 1) : Undo(table, ns, past);
            }

            var selected = selector is null || selector.IsEverything ? items : items.Where(i => selector.Matches(i.Json));
            return ([.. selected], atVersion ?? version);
        }
    }

    private static StoredObject[] Undo(TypeTable table, string? ns, long past)
    {
        var state = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        foreach (var item in table.All(ns))
        {
            state[$"{item.Namespace}/{item.Name}"] = item;
        }

        foreach (var change in table.Since(past).Reverse().Where(c => string.IsNullOrEmpty(ns) || c.Namespace == ns))
        {
            var key = $"{change.Namespace}/{change.Name}";
            if (change.Before is null)
            {
                state.Remove(key);
            }
            else
            {
                state[key] = change.Before;
            }
        }

        return [.. state.Values];
    }

    private TypeTable Table(ResourceType type) =>
        tables.GetValueOrDefault(type) ?? throw new ApiException(404, "NotFound", "the server could not find the requested resource");

    private void Publish(TypeTable table, StoreChange change, StoredObject item, StoredObject? before)
    {
        var told = new StoreEvent(table.Type, change, item.Json, before?.Json, item.Version) { Stored = item, Before = before };
        table.Record(told);
        foreach (var subscriber in subscribers)
        {
            subscriber(told);
        }
    }

    private string NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes).ToString("D", CultureInfo.InvariantCulture);
    }

    private string NewSuffix()
    {
        const string Letters = "bcdfghjklmnpqrstvwxz2456789";
        return string.Create(5, random, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Letters[source.Next(Letters.Length)];
            }
        });
    }

    private sealed class Subscription(ObjectStore store, Action<StoreEvent> changed) : IDisposable
    {
        public void Dispose()
        {
            lock (store.gate)
            {
                store.subscribers.Remove(changed);
            }
        }
    }
}
