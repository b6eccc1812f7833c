using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>
/// The rules (x-kubernetes-validations) of a schema's objects and their fields, as far as <see cref="CelExpression"/> reads them; rules of list items
/// and of map values are not evaluated.
/// </summary>
internal sealed class FieldRules
{
    private readonly List<(string[] Path, string Text, CelExpression Rule, JsonObject Source)> rules = [];

    public FieldRules(JsonObject? schema) => Read(schema, []);

    /// <summary>What the rules have against an object.</summary>
    /// <param name="item">The object.</param>
    /// <param name="old">The object before; null when it is being created.</param>
    public IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        foreach (var (path, text, rule, source) in rules)
        {
            var (self, before) = (At(item, path), At(old, path));
            var same = before is not null && JsonNode.DeepEquals(self, before);
            if (self is null || (rule.IsTransition ? before is null : same))
            {
                continue;
            }

            if (Error(string.Join('.', path), text, rule, source, self, before) is { } error)
            {
                yield return error;
            }
        }
    }

    private static FieldError? Error(string path, string text, CelExpression rule, JsonObject source, JsonNode self, JsonNode? before)
    {
        try
        {
            if ((bool?)rule.Of(self, before) == true)
            {
                return null;
            }

            var message = (string?)source["message"] ?? $"failed rule: {text}";
            if ((string?)source["messageExpression"] is { } told && CelExpression.Read(told) is { } expression)
            {
                message = (string?)expression.Of(self, before) ?? message;
            }

            var field = path + (string?)source["fieldPath"];
            return (string?)source["reason"] == "FieldValueRequired"
                ? FieldError.Required(field, message)
                : new(field, (string?)source["reason"] ?? "FieldValueInvalid", $"Invalid value: {(self is JsonValue ? self.ToJsonString(JsonText.Options) + ": " : "")}{message}");
        }
        catch (KeyNotFoundException missing)
        {
            return new(path, "FieldValueInvalid", $"Invalid value: \"object\": {missing.Message} evaluating rule: {(string?)source["message"] ?? text}");
        }
    }

    private static JsonNode? At(JsonNode? node, string[] path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    private void Read(JsonObject? schema, string[] path)
    {
        foreach (var source in (schema?["x-kubernetes-validations"] as JsonArray)?.OfType<JsonObject>() ?? [])
        {
            if ((string?)source["rule"] is { } text && CelExpression.Read(text) is { } rule)
            {
                rules.Add((path, text, rule, source));
            }
        }

        foreach (var (name, property) in schema?["properties"] as JsonObject ?? [])
        {
            Read(property as JsonObject, [.. path, name]);
        }
    }
}
