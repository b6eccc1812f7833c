using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Checks a custom resource against its schema. Values that did not change are not checked again (ratcheting).</summary>
internal static class SchemaValidation
{
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(200);

    public static List<FieldError> Validate(JsonObject item, JsonObject? old, Schema schema)
    {
        var errors = new List<FieldError>();
        Walk(item, old, schema, "", errors);
        return errors;
    }

    private static void Walk(JsonNode? node, JsonNode? old, Schema schema, string path, List<FieldError> errors)
    {
        if (schema.Kind == SchemaKind.Any || path == "metadata" || (node is null && schema.Nullable)
            || (old is not null && JsonNode.DeepEquals(node, old)))
        {
            return;
        }

        if (!HasType(node, schema.Kind))
        {
            var shown = Shown(node);
            var wanted = schema.Kind == SchemaKind.IntOrString ? "integer,string" : TypeName(schema.Kind);
            errors.Add(new FieldError(
                path, "FieldValueTypeInvalid", $"Invalid value: \"{shown}\": {path} in body must be of type {wanted}: \"{shown}\""));
            return;
        }

        switch (node)
        {
            case JsonObject map:
                Members(map, old as JsonObject, schema, path, errors);
                break;
            case JsonArray list:
                Items(list, old as JsonArray, schema, path, errors);
                break;
            case JsonValue value:
                Scalar(value, schema, path, errors);
                break;
        }
    }

    private static void Members(JsonObject map, JsonObject? old, Schema schema, string path, List<FieldError> errors)
    {
        foreach (var name in schema.Required.Where(n => !map.ContainsKey(n)))
        {
            errors.Add(FieldError.Required(Join(path, name)));
        }

        foreach (var (key, value) in map)
        {
            Walk(value, old?[key], schema.Of(key), Join(path, key), errors);
        }
    }

    private static void Items(JsonArray list, JsonArray? old, Schema schema, string path, List<FieldError> errors)
    {
        if (list.Count > schema.MaxItems)
        {
            errors.Add(new FieldError(
                path, "FieldValueTooMany",
                string.Create(CultureInfo.InvariantCulture, $"Too many: {list.Count}: must have at most {schema.MaxItems} items")));
        }

        if (list.Count < schema.MinItems)
        {
            errors.Add(Bad(path, list.Count.ToString(CultureInfo.InvariantCulture), $"should have at least {schema.MinItems} items"));
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            Walk(list[i], old is not null && i < old.Count ? old[i] : null, schema.Items, at, errors);
            if ((schema.ListKeys.Count > 0 || schema.IsSet) && list[i] is { } item && HasKeys(item, schema)
                && !seen.Add(ListItems.PathOf(item, schema)))
            {
                errors.Add(new FieldError(at, "FieldValueDuplicate", $"Duplicate value: {ListItems.PathOf(item, schema)[2..]}"));
            }
        }
    }

    private static bool HasKeys(JsonNode item, Schema list) =>
        list.IsSet || (item is JsonObject map && list.ListKeys.All(map.ContainsKey));

    private static void Scalar(JsonValue value, Schema schema, string path, List<FieldError> errors)
    {
        if (schema.Enum.Count > 0 && !schema.Enum.Any(e => JsonNode.DeepEquals(e, value)))
        {
            errors.Add(FieldError.NotSupported(path, value.ToJsonString(JsonText.Options), schema.Enum.Select(e => e.ToString())));
        }

        if (value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number))
        {
            // As a real server does, which compares whole numbers with the whole part of a bound, and says so.
            double? Bound(double? bound) => value.TryGetValue<long>(out _) && bound is { } limit ? Math.Truncate(limit) : bound;
            if (Bound(schema.Minimum) is { } least && (schema.ExclusiveMinimum ? number <= least : number < least))
            {
                errors.Add(Bad(path, value.ToJsonString(), $"should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{Text(least)}"));
            }

            if (Bound(schema.Maximum) is { } most && (schema.ExclusiveMaximum ? number >= most : number > most))
            {
                errors.Add(Bad(path, value.ToJsonString(), $"should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{Text(most)}"));
            }
        }

        if (value.GetValueKind() == JsonValueKind.String)
        {
            Text(value.GetValue<string>(), schema, path, errors);
        }
    }

    private static void Text(string text, Schema schema, string path, List<FieldError> errors)
    {
        if (text.Length < schema.MinLength)
        {
            errors.Add(Bad(path, $"\"{text}\"", $"should be at least {schema.MinLength} chars long"));
        }

        if (text.Length > schema.MaxLength)
        {
            errors.Add(new FieldError(path, "FieldValueTooLong", $"Too long: may not be more than {schema.MaxLength} bytes"));
        }

        if (schema.Pattern is not null && !Regex.IsMatch(text, schema.Pattern, RegexOptions.CultureInvariant, PatternTime))
        {
            errors.Add(Bad(path, $"\"{text}\"", $"should match '{schema.Pattern}'"));
        }

        var wellFormed = schema.Format switch
        {
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "duration" => Regex.IsMatch(text, "^-?([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h|d|w))+$", RegexOptions.CultureInvariant, PatternTime),
            _ => true,
        };
        if (!wellFormed)
        {
            errors.Add(new FieldError(
                path, "FieldValueTypeInvalid",
                $"Invalid value: \"{text}\": {path} in body must be of type {schema.Format}: \"{text}\""));
        }
    }

    private static FieldError Bad(string path, string shown, string why) => FieldError.Invalid(path, shown, $"{path} in body {why}");

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Text(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static bool HasType(JsonNode? node, SchemaKind kind) => (node?.GetValueKind() ?? JsonValueKind.Null, kind) switch
    {
        (JsonValueKind.Object, SchemaKind.Object or SchemaKind.Map) => true,
        (JsonValueKind.Array, SchemaKind.List) => true,
        (JsonValueKind.String, SchemaKind.String or SchemaKind.IntOrString) => true,
        (JsonValueKind.True or JsonValueKind.False, SchemaKind.Boolean) => true,
        (JsonValueKind.Number, SchemaKind.Number) => true,
        (JsonValueKind.Number, SchemaKind.Integer or SchemaKind.IntOrString) => node!.AsValue().TryGetValue<long>(out _),
        _ => false,
    };

    private static string Shown(JsonNode? node) => (node?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => node!.AsValue().TryGetValue<long>(out _) ? "integer" : "number",
        _ => "null",
    };

    private static string TypeName(SchemaKind kind) => kind switch
    {
        SchemaKind.Object or SchemaKind.Map => "object",
        SchemaKind.List => "array",
        SchemaKind.Integer => "integer",
        SchemaKind.Number => "number",
        SchemaKind.Boolean => "boolean",
        _ => "string",
    };
}
