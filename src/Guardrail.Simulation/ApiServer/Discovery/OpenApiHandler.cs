using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>OpenAPI v3, as much as kubectl reads: which kinds take <c>fieldValidation</c>, and the fields for <c>explain</c>.</summary>
internal sealed class OpenApiHandler(ObjectStore store, DiscoveryHandler discovery, Func<ResourceType, ResourceRules> rulesOf)
{
    /// <summary>Answers; null when the path is none of OpenAPI.</summary>
    public ApiResponse? Handle(string path)
    {
        if (path == "/openapi/v3")
        {
            var paths = new JsonObject();
            foreach (var version in discovery.Kinds().Select(GroupPath).Distinct(StringComparer.Ordinal))
            {
                paths[version] = new JsonObject
                {
                    ["serverRelativeURL"] = FormattableString.Invariant($"/openapi/v3/{version}?hash={store.Version:X}"),
                };
            }

            return ApiResponse.Json(200, new JsonObject { ["paths"] = paths });
        }

        if (!path.StartsWith("/openapi/v3/", StringComparison.Ordinal))
        {
            return null;
        }

        var wanted = path["/openapi/v3/".Length..];
        var types = discovery.Kinds().Where(k => GroupPath(k) == wanted).ToArray();
        return types.Length == 0 ? ApiResponse.NoSuchPath : ApiResponse.Json(200, Document(wanted, types));
    }

    private static string GroupPath(ResourceType type) => type.Group.Length == 0 ? "api/v1" : $"apis/{type.Group}/{type.Version}";

    private static JsonArray Gvk(ResourceType type) => [GvkOne(type)];

    private static JsonObject GvkOne(ResourceType type) =>
        new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind };

    private static JsonObject Operation(ResourceType type, string action) => new()
    {
        ["x-kubernetes-action"] = action,
        ["x-kubernetes-group-version-kind"] = GvkOne(type),
        ["parameters"] = new JsonArray(
            Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation")),
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
    };

    private static JsonObject Parameter(string name) => new()
    {
        ["name"] = name,
        ["in"] = "query",
        ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
    };

    private static void AddAll(Schema schema, JsonObject components, string prefix)
    {
        if (schema.Kind == SchemaKind.Object && schema.Name.Length > 0)
        {
            if (components.ContainsKey(prefix + schema.Name))
            {
                return;
            }

            components[prefix + schema.Name] = new JsonObject();
            components[prefix + schema.Name] = Described(schema, components, prefix, whole: true);
        }
    }

    private static JsonObject Described(Schema schema, JsonObject components, string prefix, bool whole)
    {
        if (!whole && schema.Kind == SchemaKind.Object && schema.Name.Length > 0)
        {
            AddAll(schema, components, prefix);
            return new JsonObject
            {
                ["description"] = schema.Name,
                ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = $"#/components/schemas/{prefix}{schema.Name}" }),
            };
        }

        switch (schema.Kind)
        {
            case SchemaKind.Object:
                var properties = new JsonObject();
                foreach (var (key, value) in schema.Properties)
                {
                    properties[key] = Described(value, components, prefix, whole: false);
                }

                return new JsonObject { ["type"] = "object", ["description"] = schema.Name, ["properties"] = properties };
            case SchemaKind.Map:
                return new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = Described(schema.Items, components, prefix, whole: false),
                };
            case SchemaKind.List:
                return new JsonObject { ["type"] = "array", ["items"] = Described(schema.Items, components, prefix, whole: false) };
            case SchemaKind.Any:
                return new JsonObject { ["type"] = "object" };
            default:
                return new JsonObject
                {
                    ["type"] = schema.Kind switch
                    {
                        SchemaKind.Integer => "integer",
                        SchemaKind.Number => "number",
                        SchemaKind.Boolean => "boolean",
                        _ => "string",
                    },
                };
        }
    }

    private JsonObject Document(string group, IReadOnlyList<ResourceType> types)
    {
        var components = new JsonObject();
        var paths = new JsonObject();
        const string Prefix = "guardrail.simulation.v1.";
        foreach (var type in types.Where(t => t.Verbs.Contains("get")))
        {
            var name = $"{Prefix}{type.Kind}";
            AddAll(rulesOf(type).Schema, components, Prefix);
            if (!components.ContainsKey(name))
            {
                components[name] = Described(rulesOf(type).Schema, components, Prefix, whole: true);
            }

            components[name]!["x-kubernetes-group-version-kind"] = Gvk(type);
            var collection = $"/{group}/{(type.Namespaced ? "namespaces/{namespace}/" : "")}{type.Plural}";
            paths[collection] = new JsonObject
            {
                ["get"] = WithBody(Operation(type, "list"), name),
                ["post"] = WithBody(Operation(type, "post"), name),
            };
            paths[collection + "/{name}"] = new JsonObject
            {
                ["get"] = WithBody(Operation(type, "get"), name),
                ["put"] = WithBody(Operation(type, "put"), name),
                ["patch"] = WithBody(Operation(type, "patch"), name),
            };
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Guardrail simulation", ["version"] = "v1.36.2" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = components },
        };
    }

    private static JsonObject WithBody(JsonObject operation, string name)
    {
        operation["responses"]!["200"]!["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject
            {
                ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{name}" },
            },
        };
        return operation;
    }
}
