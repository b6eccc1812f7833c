using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.Scenarios.Reading;

/// <summary>Writes the JSON Schema of the scenario format, by which editors complete and check.</summary>
public static class ScenarioSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as text.</summary>
    public static string Write()
    {
        var definitions = new JsonObject();
        var schema = Mapping(ScenarioForms.Scenario, definitions);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Guardrail scenario");
        schema["$defs"] = definitions;
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Mapping(Form form, JsonObject definitions)
    {
        var properties = new JsonObject();
        foreach (var field in form.Fields)
        {
            var value = Value(field.Value, definitions);
            value["description"] = field.Words;
            properties[field.Name] = value;
        }

        var schema = new JsonObject
        {
            ["description"] = form.Words,
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        var required = form.Fields.Where(f => f.IsRequired).Select(f => (JsonNode)f.Name).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }

        return schema;
    }

    private static JsonObject Value(ValueForm form, JsonObject definitions) => form switch
    {
        ValueForm.OfText => new() { ["type"] = "string" },
        ValueForm.OfWhole => new() { ["type"] = "integer", ["minimum"] = 0 },
        ValueForm.OfNumber => new() { ["type"] = "number", ["minimum"] = 0 },
        ValueForm.OfFlag => new() { ["type"] = "boolean" },
        ValueForm.Written written => Defined(written.Name, definitions, () => new() { ["type"] = "string", ["pattern"] = written.Pattern }),
        ValueForm.Choice { Values: [var only] } => new() { ["const"] = only },
        ValueForm.Choice choice => new() { ["enum"] = new JsonArray([.. choice.Values.Select(v => (JsonNode)v)]) },
        ValueForm.Mapping mapping => Defined(mapping.Form.Name, definitions, () => Mapping(mapping.Form, definitions)),
        ValueForm.MapOf map => new() { ["type"] = "object", ["additionalProperties"] = Value(map.Value, definitions) },
        ValueForm.ListOf list => new() { ["type"] = "array", ["items"] = Value(list.Item, definitions) },
        ValueForm.Either either => new() { ["anyOf"] = new JsonArray(Value(either.One, definitions), Value(either.Other, definitions)) },
        ValueForm.Kinds kinds => Defined(kinds.Name, definitions, () => new()
        {
            ["oneOf"] = new JsonArray([.. kinds.Forms.Select(f => (JsonNode)Mapping(f, definitions))]),
        }),
        _ => [],
    };

    private static JsonObject Defined(string name, JsonObject definitions, Func<JsonObject> make)
    {
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = null;
            definitions[name] = make();
        }

        return new() { ["$ref"] = $"#/$defs/{name}" };
    }
}
