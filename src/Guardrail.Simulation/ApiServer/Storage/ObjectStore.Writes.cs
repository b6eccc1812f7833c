using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <content>The writes.</content>
public sealed partial class ObjectStore
{
    /// <summary>Stores a new object and sets its uid, creationTimestamp, resourceVersion and generation.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace; null for cluster-wide kinds.</param>
    /// <param name="body">The object; it is copied.</param>
    /// <param name="options">Who writes; null for the controllers.</param>
    /// <exception cref="ApiException">409 AlreadyExists, 404 for a missing namespace, 422 for an invalid object.</exception>
    public JsonObject Create(ResourceType type, string? ns, JsonObject body, WriteOptions? options = null) =>
        CreateStored(type, ns, body, options ?? WriteOptions.Controller).Json;

    /// <summary>Replaces an object, its <c>/status</c> when told so.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace; null for cluster-wide kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="body">The object; it is copied. A resourceVersion in it is checked.</param>
    /// <param name="subresource">Null or <c>status</c>.</param>
    /// <param name="options">Who writes; null for the controllers.</param>
    /// <exception cref="ApiException">404; 409 when the resourceVersion or uid is another; 422 when the object is invalid.</exception>
    public JsonObject Replace(
        ResourceType type, string? ns, string name, JsonObject body, string? subresource = null, WriteOptions? options = null) =>
        Write(type, ns, name, _ => (JsonObject)body.DeepClone(), subresource, options ?? WriteOptions.Controller, true).Json;

    /// <summary>Reads, changes and writes an object in one step that nobody can come between.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace; null for cluster-wide kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="change">Changes the private copy it is given; false to leave the object as it is.</param>
    /// <param name="subresource">
    /// Null stores spec and metadata (the status of kinds that have one stays as it is); <c>status</c> stores status and annotations.
    /// </param>
    /// <param name="options">Who writes; null for the controllers.</param>
    /// <returns>The stored object. A change that changes nothing is not written and gets no new version.</returns>
    /// <exception cref="ApiException">404; 422 when the result is invalid.</exception>
    public JsonObject Modify(
        ResourceType type, string? ns, string name, Func<JsonObject, bool> change, string? subresource = null,
        WriteOptions? options = null) =>
        Write(type, ns, name, old => Changed(old, change), subresource, options ?? WriteOptions.Controller, false).Json;

    /// <summary>Deletes an object, or marks it when finalizers or a grace period hold it.</summary>
    /// <exception cref="ApiException">404; 409 when a precondition fails.</exception>
    public DeleteResult Delete(ResourceType type, string? ns, string name, DeleteOptions? options = null)
    {
        options ??= new DeleteOptions();
        lock (gate)
        {
            var table = Table(type);
            var old = table.Find(ns ?? "", name) ?? throw ApiErrors.NotFound(type, name);
            WriteChecks.Preconditions(type, old, options);
            options.Admit?.Invoke(old, null);
            var (marked, removed) = DeletionRules.Mark(type, old.Json, options, time.GetUtcNow());
            if (options.DryRun)
            {
                return new DeleteResult(marked, removed);
            }

            if (JsonNode.DeepEquals(marked, old.Json) && !removed)
            {
                return new DeleteResult(old.Json, false);
            }

            if (!removed)
            {
                return new DeleteResult(Commit(table, old, marked, old.Owners).Json, false);
            }

            // A pod is told as modified (grace 0) before it is told as deleted, with a node or without (recordings 02a, 06e).
            if (!JsonNode.DeepEquals(marked, old.Json))
            {
                old = Commit(table, old, marked, old.Owners);
            }

            return new DeleteResult(RemoveStored(table, old).Json, true);
        }
    }

    internal StoredObject CreateStored(ResourceType type, string? ns, JsonObject body, WriteOptions options)
    {
        var item = (JsonObject)body.DeepClone();
        JsonText.Settle(item);
        lock (gate)
        {
            var table = Table(type);
            item["metadata"] ??= new JsonObject();
            var meta = ObjectMeta.Of(item);
            Set(meta, "namespace", type.Namespaced ? ns : null);
            if (string.IsNullOrEmpty((string?)meta["name"]) && (string?)meta["generateName"] is { Length: > 0 } prefix)
            {
                meta["name"] = prefix + NewSuffix();
            }

            foreach (var owned in new[] { "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields" })
            {
                meta.Remove(owned);
            }

            meta["uid"] = NewUid();
            meta["creationTimestamp"] = ObjectMeta.Time(time.GetUtcNow());
            Set(meta, "generation", type.HasGeneration ? 1 : null);
            JsonText.DropNulls(table.Rules.DropsNulls ? item : item["metadata"]);
            item = ObjectMeta.Ordered(item, type);
            if (type.HasStatus)
            {
                item.Remove("status");
                Set(item, "status", table.Rules.InitialStatus(item));
            }

            table.Rules.Prepare(item, null);
            var name = (string?)item["metadata"]?["name"] ?? "";
            RequireNamespace(type, ns, name);
            WriteChecks.Validate(table, item, null, name);
            var writer = Writer(type, options, null);
            var owners = options.Applied is null
                ? FieldOwners.None.AfterWrite(null, item, writer, table.Rules.Schema)
                : FieldOwners.None.AfterApply(null, item, writer with { Fields = options.Applied }, table.Rules.Schema);
            options.Admit?.Invoke(null, new StoredObject(type, item, 0, owners));
            if (table.Find(ns ?? "", name) is { } existing)
            {
                throw ApiErrors.AlreadyExists(type, name, ObjectMeta.Of(existing.Json)["deletionTimestamp"] is not null);
            }

            if (options.DryRun)
            {
                return new StoredObject(type, item, 0, owners);
            }

            return Commit(table, null, item, owners);
        }
    }

    /// <summary>The one way in which objects change.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="ns">The namespace; null for cluster-wide kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="produce">Makes the wanted object from the stored one; null leaves it.</param>
    /// <param name="subresource">Null or <c>status</c>.</param>
    /// <param name="options">Who writes.</param>
    /// <param name="replaces">Whether it is a PUT: another uid is then a conflict, not an invalid object.</param>
    internal StoredObject Write(
        ResourceType type, string? ns, string name, Func<StoredObject, JsonObject?> produce, string? subresource, WriteOptions options,
        bool replaces)
    {
        lock (gate)
        {
            var table = Table(type);
            var old = table.Find(ns ?? "", name) ?? throw ApiErrors.NotFound(type, name);
            if (produce(old) is not { } wanted)
            {
                return old;
            }

            JsonText.Settle(wanted);
            WriteChecks.Identity(type, old, wanted, replaces);
            var item = UpdateRules.Merge(table, old.Json, wanted, subresource);
            WriteChecks.Validate(table, item, old.Json, name);
            if (JsonNode.DeepEquals(item, old.Json) && !options.ChangesOwners(old.Owners, subresource))
            {
                options.Admit?.Invoke(old, old);
                return old;
            }

            if (type.HasGeneration && subresource is null && table.Rules.RaisesGeneration(item, old.Json))
            {
                ObjectMeta.Of(item)["generation"] = ((long?)ObjectMeta.Of(item)["generation"] ?? 0) + 1;
            }

            var writer = Writer(type, options, subresource);
            var owners = options.Applied is null
                ? old.Owners.AfterWrite(old.Json, item, writer, table.Rules.Schema)
                : old.Owners.AfterApply(old.Json, item, writer with { Fields = options.Applied }, table.Rules.Schema);
            options.Admit?.Invoke(old, new StoredObject(type, item, old.Version, owners));
            if (options.DryRun)
            {
                return new StoredObject(type, item, old.Version, owners);
            }

            if (ObjectMeta.Of(item)["deletionTimestamp"] is not null && !ObjectMeta.HasFinalizers(item) && DeletionRules.IsOver(type, item))
            {
                RemoveStored(table, new StoredObject(type, item, old.Version, owners));
                return new StoredObject(type, item, old.Version, owners);
            }

            return Commit(table, old, item, owners);
        }
    }

    private static JsonObject? Changed(StoredObject old, Func<JsonObject, bool> change)
    {
        var copy = (JsonObject)old.Json.DeepClone();
        return change(copy) ? copy : null;
    }

    private static void Set(JsonObject map, string key, JsonNode? value) => ObjectMeta.Set(map, key, value);

    private void RequireNamespace(ResourceType type, string? ns, string name)
    {
        if (!type.Namespaced)
        {
            return;
        }

        var found = tables[ResourceTypes.Namespaces].Find("", ns ?? "") ?? throw ApiErrors.NotFound(ResourceTypes.Namespaces, ns ?? "");
        if (ObjectMeta.Of(found.Json)["deletionTimestamp"] is not null)
        {
            var why = $"unable to create new content in namespace {ns} because it is being terminated";
            var details = ApiErrors.Details(name, type.Group, type.Plural);
            details["causes"] = new JsonArray(new JsonObject
            {
                ["reason"] = "NamespaceTerminating",
                ["message"] = $"namespace {ns} is being terminated",
                ["field"] = "metadata.namespace",
            });
            throw new ApiException(403, "Forbidden", $"{type.QualifiedPlural} \"{name}\" is forbidden: {why}", details);
        }
    }

    private FieldOwner Writer(ResourceType type, WriteOptions options, string? subresource) =>
        new(
            options.Manager, options.Applied is not null, options.ApiVersion ?? type.ApiVersion, options.OwnedSubresource ?? subresource ?? "",
            time.GetUtcNow(), FieldSet.Empty);

    private StoredObject Commit(TypeTable table, StoredObject? old, JsonObject item, FieldOwners owners)
    {
        var stored = Stamp(table.Type, item, owners);
        table.Put(stored);
        ServeIfDefinition(stored);
        Publish(table, old is null ? StoreChange.Added : StoreChange.Modified, stored, old);
        return stored;
    }

    private StoredObject RemoveStored(TypeTable table, StoredObject old)
    {
        var before = table.Find(old.Namespace, old.Name);
        EndIfDefinition(old);
        table.Remove(old.Namespace, old.Name);
        var last = Stamp(table.Type, (JsonObject)old.Json.DeepClone(), old.Owners);
        Publish(table, StoreChange.Deleted, last, before);
        return last;
    }

    private void ServeIfDefinition(StoredObject stored)
    {
        if (stored.Type == ResourceTypes.CustomResourceDefinitions && CustomResource.TypeOf(stored.Json) is { } served)
        {
            Register(served, new CustomResourceRules(stored.Json));
        }
    }

    private void EndIfDefinition(StoredObject gone)
    {
        if (gone.Type != ResourceTypes.CustomResourceDefinitions || CustomResource.TypeOf(gone.Json) is not { } served
            || !tables.TryGetValue(served, out var table))
        {
            return;
        }

        foreach (var item in table.All(null).ToArray())
        {
            RemoveStored(table, item);
        }

        Unregister(served);
    }

    private StoredObject Stamp(ResourceType type, JsonObject item, FieldOwners owners)
    {
        version++;
        ObjectMeta.Of(item)["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        item = ObjectMeta.Ordered(item, type);
        JsonText.Settle(item);
        return new StoredObject(type, item, version, owners);
    }
}
