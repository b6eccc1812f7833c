using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>
/// Server-side apply with field owners: fields that another manager owns with another value are a conflict; fields that this manager
/// applied before and leaves out now are removed unless somebody else owns them. Kinds without a described schema merge lists whole.
/// </summary>
internal static class ServerSideApply
{
    public static JsonObject Merge(StoredObject? old, JsonObject config, FieldOwner writer, Schema schema, bool force)
    {
        var live = old is null ? [] : (JsonObject)old.Json.DeepClone();
        var applied = FieldDiff.FieldsOf(config, schema);
        var result = (JsonObject)Combine(live, config, schema)!;
        if (old is not null)
        {
            var diff = FieldDiff.Between(old.Json, result, schema);
            Refuse(old.Owners.Conflicts(diff.Changed, writer), force);
            var before = old.Owners.AppliedBy(writer.Manager, writer.Subresource);
            var dropped = before.Minus(applied).Minus(old.Owners.OwnedByOthers(writer));
            Remove(result, dropped, applied, schema);
        }

        return result;
    }

    private static void Refuse(IEnumerable<(FieldOwner Owner, FieldSet Fields)> conflicts, bool force)
    {
        var found = conflicts.OrderBy(c => c.Owner.Manager, StringComparer.Ordinal).ToArray();
        if (found.Length == 0 || force)
        {
            return;
        }

        var causes = new JsonArray();
        var lines = new List<string>();
        var count = 0;
        foreach (var (owner, fields) in found)
        {
            var by = owner.Applies ? $"\"{owner.Manager}\"" : $"\"{owner.Manager}\" using {owner.ApiVersion}";
            var paths = fields.Paths().ToArray();
            count += paths.Length;
            foreach (var path in paths)
            {
                causes.Add(new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with {by}", ["field"] = path });
            }

            lines.Add($"conflicts with {by}:\n{string.Join('\n', paths.Select(p => "- " + p))}");
        }

        var text = count == 1
            ? $"Apply failed with 1 conflict: {(string?)causes[0]!["message"]}: {(string?)causes[0]!["field"]}"
            : FormattableString.Invariant($"Apply failed with {count} conflicts: {string.Join('\n', lines)}");
        throw new ApiException(409, "Conflict", text, new JsonObject { ["causes"] = causes });
    }

    private static JsonNode? Combine(JsonNode? live, JsonNode? config, Schema schema)
    {
        switch (live, config)
        {
            case (JsonObject target, JsonObject wanted) when !schema.Atomic:
                foreach (var (key, value) in wanted)
                {
                    var existing = target[key];
                    var merged = Combine(existing, value, schema.Of(key));
                    if (!ReferenceEquals(merged, existing))
                    {
                        target[key] = merged;
                    }
                }

                return target;
            case (JsonArray target, JsonArray wanted) when schema.ListKeys.Count > 0 || schema.IsSet:
                foreach (var item in wanted.OfType<JsonNode>())
                {
                    var at = IndexOf(target, item, schema);
                    if (at < 0)
                    {
                        target.Add(item.DeepClone());
                    }
                    else
                    {
                        Combine(target[at], item, schema.Items);
                    }
                }

                return target;
            default:
                return config?.DeepClone();
        }
    }

    private static int IndexOf(JsonArray list, JsonNode item, Schema schema)
    {
        var id = ListItems.PathOf(item, schema);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is { } other && ListItems.PathOf(other, schema) == id)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Remove(JsonNode node, FieldSet dropped, FieldSet kept, Schema schema)
    {
        foreach (var (key, below) in dropped.Children)
        {
            var keptBelow = kept.Children.GetValueOrDefault(key) ?? FieldSet.Empty;
            var whole = below.IsMember && keptBelow.IsEmpty;
            if (key.StartsWith("f:", StringComparison.Ordinal) && node is JsonObject map)
            {
                if (whole)
                {
                    map.Remove(key[2..]);
                }
                else if (map[key[2..]] is { } child)
                {
                    Remove(child, below, keptBelow, schema.Of(key[2..]));
                }
            }
            else if (node is JsonArray list)
            {
                var item = list.FirstOrDefault(i => i is not null && ListItems.PathOf(i, schema) == key);
                if (item is not null && whole)
                {
                    list.Remove(item);
                }
                else if (item is not null)
                {
                    Remove(item, below, keptBelow, schema.Items);
                }
            }
        }
    }
}
