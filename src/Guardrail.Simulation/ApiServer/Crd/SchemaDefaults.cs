using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Fills in the defaults of a schema, drops nulls that are not allowed, and writes whole numbers as such.</summary>
internal static class SchemaDefaults
{
    public static void Apply(JsonNode? node, Schema schema)
    {
        switch (node)
        {
            case JsonObject map when schema.Kind is SchemaKind.Object or SchemaKind.Map:
                foreach (var (key, value) in map.ToArray())
                {
                    Member(map, key, value, schema.Of(key));
                }

                foreach (var (key, known) in schema.Properties)
                {
                    if (known.Default is not null && !map.ContainsKey(key))
                    {
                        map[key] = known.Default.DeepClone();
                    }
                }

                foreach (var (key, value) in map.ToArray())
                {
                    Apply(value, schema.Of(key));
                }

                break;
            case JsonArray list when schema.Kind == SchemaKind.List:
                foreach (var item in list)
                {
                    Apply(item, schema.Items);
                }

                break;
        }
    }

    private static void Member(JsonObject map, string key, JsonNode? value, Schema schema)
    {
        if (value is null && schema.Kind != SchemaKind.Any && !schema.Nullable)
        {
            map.Remove(key);
        }
        else if (schema.Kind == SchemaKind.Integer && value is JsonValue number && number.GetValueKind() == JsonValueKind.Number
            && !number.TryGetValue<long>(out _) && number.TryGetValue<double>(out var exact) && exact == Math.Floor(exact)
            && Math.Abs(exact) < long.MaxValue)
        {
            map[key] = (long)exact;
        }
    }
}
