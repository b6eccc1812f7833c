using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>
/// Strategic merge patch: lists with a merge key are merged item by item, and the directives <c>$patch</c>, <c>$retainKeys</c>,
/// <c>$setElementOrder/x</c> and <c>$deleteFromPrimitiveList/x</c> are obeyed.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string SetOrder = "$setElementOrder/";
    private const string DeleteScalars = "$deleteFromPrimitiveList/";

    public static JsonObject Apply(JsonObject item, JsonNode? patch, Schema schema)
    {
        if (patch is not JsonObject changes)
        {
            throw ApiErrors.BadRequest("error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}");
        }

        return Merge(item, changes, schema) ?? [];
    }

    /// <summary>Merges into the target; null when the patch deletes it.</summary>
    private static JsonObject? Merge(JsonObject target, JsonObject changes, Schema schema)
    {
        switch ((string?)changes[Directive])
        {
            case "replace":
                var replaced = (JsonObject)changes.DeepClone();
                replaced.Remove(Directive);
                return replaced;
            case "delete":
                return null;
        }

        if (changes[RetainKeys] is JsonArray retained)
        {
            var keep = retained.Select(k => (string?)k).ToHashSet();
            foreach (var key in target.Select(p => p.Key).Where(k => !keep.Contains(k)).ToArray())
            {
                target.Remove(key);
            }
        }

        foreach (var (key, value) in changes)
        {
            if (!key.StartsWith('$'))
            {
                Member(target, key, value, schema.Of(key), changes[SetOrder + key] as JsonArray);
            }
            else if (key.StartsWith(DeleteScalars, StringComparison.Ordinal) && target[key[DeleteScalars.Length..]] is JsonArray list)
            {
                RemoveScalars(list, value as JsonArray);
            }
            else if (key.StartsWith(SetOrder, StringComparison.Ordinal) && !changes.ContainsKey(key[SetOrder.Length..])
                && target[key[SetOrder.Length..]] is JsonArray unordered)
            {
                Order(unordered, (JsonArray)value!, schema.Of(key[SetOrder.Length..]), unordered.Count);
            }
        }

        return target;
    }

    private static void Member(JsonObject target, string key, JsonNode? value, Schema schema, JsonArray? order)
    {
        switch (value)
        {
            case null:
                target.Remove(key);
                break;
            case JsonObject below when !schema.Atomic || target[key] is JsonObject:
                var existing = target[key] as JsonObject;
                var merged = Merge(existing ?? [], below, schema);
                if (merged is null)
                {
                    target.Remove(key);
                }
                else if (!ReferenceEquals(merged, existing))
                {
                    target[key] = merged;
                }

                break;
            case JsonArray list when schema.ListKeys.Count > 0 || schema.IsSet:
                target[key] = Lists(target[key] as JsonArray ?? [], list, schema, order);
                break;
            default:
                target[key] = value.DeepClone();
                break;
        }
    }

    private static JsonArray Lists(JsonArray target, JsonArray changes, Schema schema, JsonArray? order)
    {
        var result = (JsonArray)target.DeepClone();
        if (changes.Any(c => c is JsonObject o && o.Count == 1 && (string?)o[Directive] == "replace"))
        {
            return [.. changes.Where(c => c is not JsonObject o || !o.ContainsKey(Directive)).Select(c => c?.DeepClone())];
        }

        if (schema.IsSet)
        {
            foreach (var item in changes.Where(c => !result.Any(r => JsonNode.DeepEquals(r, c))).ToArray())
            {
                result.Add(item?.DeepClone());
            }

            return result;
        }

        var known = result.Select(i => Id(i, schema)).ToHashSet(StringComparer.Ordinal);
        foreach (var item in changes.OfType<JsonObject>())
        {
            Item(result, item, schema);
        }

        var before = result.TakeWhile(i => known.Contains(Id(i, schema))).Count();
        Order(result, order ?? changes, schema, before);
        return result;
    }

    private static void Item(JsonArray list, JsonObject change, Schema schema)
    {
        var key = schema.ListKeys[0];
        if (change[key] is not { } id)
        {
            var shown = string.Join(' ', change.Select(p => $"{p.Key}:{p.Value}"));
            throw new ApiException(500, "", $"map: map[{shown}] does not contain declared merge key: {key}");
        }

        var at = IndexOf(list, key, id);
        if ((string?)change[Directive] == "delete")
        {
            while (at >= 0)
            {
                list.RemoveAt(at);
                at = IndexOf(list, key, id);
            }
        }
        else if (at < 0)
        {
            list.Add(Merge([], change, schema.Items));
        }
        else
        {
            var merged = Merge((JsonObject)list[at]!, change, schema.Items);
            if (!ReferenceEquals(merged, list[at]))
            {
                list[at] = merged;
            }
        }
    }

    /// <summary>
    /// Items that the order names come in that order; each item that it does not name stays before the named item that followed it.
    /// </summary>
    private static void Order(JsonArray list, JsonArray order, Schema schema, int before)
    {
        var rank = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in order)
        {
            rank.TryAdd(Id(item, schema), rank.Count);
        }

        var all = list.ToArray();
        list.Clear();
        var named = all.Where(i => rank.ContainsKey(Id(i, schema))).OrderBy(i => rank[Id(i, schema)]).ToList();
        var position = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in all.Take(before))
        {
            position.TryAdd(Id(item, schema), position.Count);
        }

        var next = 0;
        foreach (var free in all.Where(i => !rank.ContainsKey(Id(i, schema))))
        {
            // An item that is new has no position, so it comes as soon as its turn is there: alone it goes to the front (05a).
            while (next < named.Count && position.GetValueOrDefault(Id(named[next], schema), -1) < position[Id(free, schema)])
            {
                list.Add(named[next++]);
            }

            list.Add(free);
        }

        while (next < named.Count)
        {
            list.Add(named[next++]);
        }
    }

    private static string Id(JsonNode? item, Schema schema) =>
        item is JsonObject map && schema.ListKeys.Count > 0
            ? map[schema.ListKeys[0]]?.ToJsonString() ?? ""
            : item?.ToJsonString() ?? "";

    private static int IndexOf(JsonArray list, string key, JsonNode id)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject map && JsonNode.DeepEquals(map[key], id))
            {
                return i;
            }
        }

        return -1;
    }

    private static void RemoveScalars(JsonArray list, JsonArray? gone)
    {
        foreach (var value in gone ?? [])
        {
            for (var i = list.Count - 1; i >= 0; i--)
            {
                if (JsonNode.DeepEquals(list[i], value))
                {
                    list.RemoveAt(i);
                }
            }
        }
    }
}
