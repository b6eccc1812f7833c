using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Finds a value of the wrong JSON type in an object of a built-in kind, as the decoder of a real server does.</summary>
internal static class TypeCheck
{
    /// <summary>The message of the first wrong type; null when there is none.</summary>
    public static string? Find(JsonNode? node, Schema schema) => Walk(node, schema, "", schema.Name);

    private static string? Walk(JsonNode? node, Schema schema, string path, string owner)
    {
        if (node is null || schema.Kind == SchemaKind.Any)
        {
            return null;
        }

        var kind = node.GetValueKind();
        if (!Fits(kind, schema.Kind, node))
        {
            return $"json: cannot unmarshal {Shown(kind)} into Go struct field {owner}.{path} of type {GoType(schema)}";
        }

        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    var isMap = schema.Kind == SchemaKind.Map;
                    var below = isMap ? path : path.Length == 0 ? key : $"{path}.{key}";
                    var wrong = Walk(value, schema.Of(key), below, schema.Name.Length > 0 ? schema.Name : owner);
                    if (wrong is not null)
                    {
                        return wrong;
                    }
                }

                return null;
            case JsonArray list:
                return list.Select(i => Walk(i, schema.Items, path, owner)).FirstOrDefault(w => w is not null);
            default:
                return null;
        }
    }

    private static bool Fits(JsonValueKind kind, SchemaKind wanted, JsonNode node) => wanted switch
    {
        SchemaKind.Object or SchemaKind.Map => kind == JsonValueKind.Object,
        SchemaKind.List => kind == JsonValueKind.Array,
        SchemaKind.String => kind == JsonValueKind.String,
        SchemaKind.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
        SchemaKind.Integer => kind == JsonValueKind.Number && node.AsValue().TryGetValue<long>(out _),
        SchemaKind.Number => kind == JsonValueKind.Number,
        SchemaKind.IntOrString => kind is JsonValueKind.Number or JsonValueKind.String,
        _ => true,
    };

    private static string Shown(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        _ => "object",
    };

    private static string GoType(Schema schema) => schema.Kind switch
    {
        SchemaKind.String => "string",
        SchemaKind.Boolean => "bool",
        SchemaKind.Integer => "int32",
        SchemaKind.Number => "float64",
        SchemaKind.List => "[]v1." + (schema.Items.Name.Length > 0 ? schema.Items.Name : "string"),
        SchemaKind.Map => "map[string]string",
        _ => "v1." + schema.Name,
    };
}
