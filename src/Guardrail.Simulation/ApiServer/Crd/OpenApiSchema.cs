using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Reads the structural schema of a CustomResourceDefinition.</summary>
internal static class OpenApiSchema
{
    public static Schema Read(JsonObject? json)
    {
        if (json is null)
        {
            return new Schema { Kind = SchemaKind.Object, Open = true };
        }

        var preserve = (bool?)json["x-kubernetes-preserve-unknown-fields"] == true;
        var kind = Kind(json);
        var schema = new Schema
        {
            Kind = kind,
            Open = preserve,
            Items = kind switch
            {
                SchemaKind.List when json["items"] is JsonObject items => Read(items),
                SchemaKind.Map => json["additionalProperties"] is JsonObject values ? Read(values) : Schema.Any,
                _ => Schema.Any,
            },
            ListKeys = (string?)json["x-kubernetes-list-type"] == "map" ? Strings(json["x-kubernetes-list-map-keys"]) : [],
            IsSet = (string?)json["x-kubernetes-list-type"] == "set",
            Atomic = (string?)json["x-kubernetes-map-type"] == "atomic",
            Nullable = (bool?)json["nullable"] == true,
            Required = Strings(json["required"]),
            Enum = [.. (json["enum"] as JsonArray)?.OfType<JsonNode>() ?? []],
            Minimum = (double?)json["minimum"],
            Maximum = (double?)json["maximum"],
            ExclusiveMinimum = (bool?)json["exclusiveMinimum"] == true,
            ExclusiveMaximum = (bool?)json["exclusiveMaximum"] == true,
            MinLength = (int?)json["minLength"],
            MaxLength = (int?)json["maxLength"],
            MinItems = (int?)json["minItems"],
            MaxItems = (int?)json["maxItems"],
            Pattern = (string?)json["pattern"],
            Format = (string?)json["format"] ?? "",
            Default = json["default"],
        };
        foreach (var (key, value) in json["properties"] as JsonObject ?? [])
        {
            schema.Properties[key] = Read(value as JsonObject);
        }

        return schema;
    }

    private static SchemaKind Kind(JsonObject json)
    {
        if ((bool?)json["x-kubernetes-int-or-string"] == true)
        {
            return SchemaKind.IntOrString;
        }

        return (string?)json["type"] switch
        {
            "object" when json["properties"] is null && json["additionalProperties"] is not null => SchemaKind.Map,
            "object" => SchemaKind.Object,
            "array" => SchemaKind.List,
            "string" => SchemaKind.String,
            "integer" => SchemaKind.Integer,
            "number" => SchemaKind.Number,
            "boolean" => SchemaKind.Boolean,
            _ => SchemaKind.Any,
        };
    }

    private static string[] Strings(JsonNode? list) => [.. (list as JsonArray)?.Select(i => (string?)i ?? "") ?? []];
}
