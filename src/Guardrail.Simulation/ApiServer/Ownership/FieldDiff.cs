using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Which fields differ between two versions of an object.</summary>
/// <param name="Changed">Fields that were added or got another value.</param>
/// <param name="Removed">Fields that went away.</param>
internal sealed record FieldDiff(FieldSet Changed, FieldSet Removed)
{
    private static readonly HashSet<string> NotOwned = new(StringComparer.Ordinal)
    {
        "apiVersion", "kind", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.resourceVersion", "metadata.generation",
        "metadata.creationTimestamp", "metadata.managedFields", "metadata.selfLink", "metadata.deletionTimestamp",
        "metadata.deletionGracePeriodSeconds",
    };

    /// <summary>Struct fields that are there in every object of the built-in kinds, so nobody is said to have added them.</summary>
    private static readonly HashSet<string> AlwaysThere = new(StringComparer.Ordinal)
    {
        "metadata", "spec", "status", "template", "strategy", "updateStrategy", "containers", "involvedObject", "source",
    };

    private static FieldDiff None { get; } = new(FieldSet.Empty, FieldSet.Empty);

    /// <summary>Compares; null for an object that does not exist.</summary>
    public static FieldDiff Between(JsonObject? before, JsonObject? after, Schema schema) =>
        Compare(before ?? [], after ?? [], schema, "", IsTyped(schema)) ?? None;

    /// <summary>All fields that an object sets.</summary>
    public static FieldSet FieldsOf(JsonObject item, Schema schema) => Between(null, item, schema).Changed;

    private static bool IsTyped(Schema schema) => schema.Name.Length > 0;

    private static FieldDiff? Compare(JsonNode? before, JsonNode? after, Schema schema, string path, bool typed)
    {
        if (ReferenceEquals(before, after))
        {
            return null;
        }

        if (before is JsonObject or null && after is JsonObject or null && !schema.Atomic && (before ?? after) is JsonObject)
        {
            return Members((JsonObject?)before, (JsonObject?)after, schema, path, typed);
        }

        if (before is JsonArray or null && after is JsonArray or null && (schema.ListKeys.Count > 0 || schema.IsSet))
        {
            return Items((JsonArray?)before, (JsonArray?)after, schema, path, typed);
        }

        if (before is not null && after is not null && JsonNode.DeepEquals(before, after))
        {
            return null;
        }

        return after is null ? new FieldDiff(FieldSet.Empty, FieldSet.Leaf) : new FieldDiff(FieldSet.Leaf, FieldSet.Empty);
    }

    private static FieldDiff Members(JsonObject? before, JsonObject? after, Schema schema, string path, bool typed)
    {
        var changed = new List<KeyValuePair<string, FieldSet>>();
        var removed = new List<KeyValuePair<string, FieldSet>>();
        foreach (var key in Keys(before, after))
        {
            var at = path.Length == 0 ? key : $"{path}.{key}";
            if (!NotOwned.Contains(at) && Compare(before?[key], after?[key], schema.Of(key), at, typed) is { } diff)
            {
                changed.Add(KeyValuePair.Create("f:" + key, diff.Changed));
                removed.Add(KeyValuePair.Create("f:" + key, diff.Removed));
            }
        }

        var isStruct = path.Length == 0 || path == "metadata" || (typed && AlwaysThere.Contains(path[(path.LastIndexOf('.') + 1)..]));
        return new FieldDiff(
            FieldSet.Of(before is null && !isStruct, changed), FieldSet.Of(after is null && !isStruct, removed));
    }

    private static IEnumerable<string> Keys(JsonObject? before, JsonObject? after)
    {
        foreach (var (key, _) in after ?? [])
        {
            yield return key;
        }

        foreach (var (key, _) in before ?? [])
        {
            if (after is null || !after.ContainsKey(key))
            {
                yield return key;
            }
        }
    }

    private static FieldDiff Items(JsonArray? before, JsonArray? after, Schema schema, string path, bool typed)
    {
        var old = ByKey(before, schema);
        var now = ByKey(after, schema);
        var changed = new List<KeyValuePair<string, FieldSet>>();
        var removed = new List<KeyValuePair<string, FieldSet>>();
        foreach (var key in now.Keys.Union(old.Keys, StringComparer.Ordinal))
        {
            if (Compare(old.GetValueOrDefault(key), now.GetValueOrDefault(key), schema.Items, path + "[]", typed) is { } diff)
            {
                changed.Add(KeyValuePair.Create(key, diff.Changed));
                removed.Add(KeyValuePair.Create(key, diff.Removed));
            }
        }

        var isStruct = typed && AlwaysThere.Contains(path[(path.LastIndexOf('.') + 1)..]);
        return new FieldDiff(
            FieldSet.Of(before is null && !isStruct, changed), FieldSet.Of(after is null && !isStruct, removed));
    }

    private static Dictionary<string, JsonNode> ByKey(JsonArray? list, Schema schema)
    {
        var map = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var item in list ?? [])
        {
            if (item is not null)
            {
                map[ListItems.PathOf(item, schema)] = item;
            }
        }

        return map;
    }
}
