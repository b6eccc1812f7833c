using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Removes fields that a schema does not know.</summary>
internal static class UnknownFields
{
    /// <summary>Prunes the object and returns the paths of what was removed, in order.</summary>
    public static IReadOnlyList<string> Prune(JsonNode? node, Schema schema)
    {
        var found = new List<string>();
        Walk(node, schema, "", found);
        return found;
    }

    private static void Walk(JsonNode? node, Schema schema, string path, List<string> found)
    {
        switch (node)
        {
            case JsonObject map when schema.Kind == SchemaKind.Object:
                foreach (var (key, value) in map.ToArray())
                {
                    var at = path.Length == 0 ? key : $"{path}.{key}";
                    if (schema.Properties.TryGetValue(key, out var known))
                    {
                        Walk(value, known, at, found);
                    }
                    else if (!schema.Open)
                    {
                        found.Add(at);
                        map.Remove(key);
                    }
                }

                break;
            case JsonObject map when schema.Kind == SchemaKind.Map:
                foreach (var (key, value) in map.ToArray())
                {
                    Walk(value, schema.Items, $"{path}.{key}", found);
                }

                break;
            case JsonArray list when schema.Kind == SchemaKind.List:
                for (var i = 0; i < list.Count; i++)
                {
                    Walk(list[i], schema.Items, FormattableString.Invariant($"{path}[{i}]"), found);
                }

                break;
        }
    }
}
