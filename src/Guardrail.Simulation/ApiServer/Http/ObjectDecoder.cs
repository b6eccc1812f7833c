using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Turns the body of a create or update into an object of the wanted kind, or says what is wrong with it.</summary>
internal static partial class ObjectDecoder
{
    /// <summary>Decodes; unknown and duplicate fields are removed and become warnings, or errors when the client asked for that.</summary>
    public static JsonObject Decode(byte[] body, string? contentType, ResourceView view, Schema schema, FieldPolicy policy)
    {
        var duplicates = new List<string>();
        var item = Parse(body, contentType, view, duplicates);
        Identify(item, view, body);
        Finish(item, view, schema, policy, duplicates, patch: false);
        return item;
    }

    /// <summary>Checks the result of a patch.</summary>
    public static void CheckPatched(JsonObject item, ResourceView view, Schema schema, FieldPolicy policy) =>
        Finish(item, view, schema, policy, [], patch: true);

    /// <summary>Checks the time fields that want six fraction digits.</summary>
    public static string? WrongMicroTime(JsonObject item, string kind)
    {
        string?[] times = kind switch
        {
            "Lease" => [Text(item["spec"]?["acquireTime"]), Text(item["spec"]?["renewTime"])],
            "Event" => [Text(item["eventTime"]), Text(item["series"]?["lastObservedTime"])],
            _ => [],
        };
        const string Layout = "2006-01-02T15:04:05.000000Z07:00";
        foreach (var time in times.OfType<string>())
        {
            if (MicroTime().IsMatch(time))
            {
                continue;
            }

            var match = Fraction().Match(time);
            var (rest, wanted) = match.Groups[2].Value.Length >= 6
                ? (match.Groups[2].Value[6..] + match.Groups[3].Value, "Z07:00")
                : (match.Groups[1].Value + match.Groups[3].Value, ".000000");
            return $"parsing time \"{time}\" as \"{Layout}\": cannot parse \"{(match.Success ? rest : time)}\" as \"{(match.Success ? wanted : "2006")}\"";
        }

        return null;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject Parse(byte[] body, string? contentType, ResourceView view, List<string> duplicates)
    {
        var media = (contentType ?? "").Split(';')[0].Trim();
        JsonNode? node;
        switch (media)
        {
            case "" or "application/json":
                try
                {
                    node = RequestBody.Parse(body, duplicates);
                }
                catch (JsonException)
                {
                    throw Unrecognized(view, "couldn't get version/kind; json parse error: unexpected end of JSON input", body);
                }

                break;
            case "application/yaml" or "application/apply-patch+yaml":
                node = YamlJson.Read(body);
                break;
            default:
                throw new ApiException(
                    415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, "
                    + "application/vnd.kubernetes.protobuf");
        }

        return node as JsonObject ?? throw Unrecognized(
            view,
            "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "
            + "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }", body);
    }

    private static ApiException Unrecognized(ResourceView view, string why, byte[] body) =>
        ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {view.Kind}): {why} ({RequestBody.Snippet(body)})");

    private static void Identify(JsonObject item, ResourceView view, byte[] body)
    {
        var version = Text(item["apiVersion"]) ?? "";
        var kind = Text(item["kind"]) ?? "";
        if (view.IsCustom && (kind.Length == 0 || version.Length == 0))
        {
            var missing = kind.Length == 0 ? "Kind" : "apiVersion";
            throw Unrecognized(view, $"Object '{missing}' is missing in '{System.Text.Encoding.UTF8.GetString(body)}'", body);
        }

        if (kind.Length > 0 && kind != view.Kind && !view.IsCustom)
        {
            var from = version.Split('/');
            throw ApiErrors.BadRequest(
                $"{kind} in version \"{from[^1]}\" cannot be handled as a {view.Kind}: converting ({version.Replace('/', '.')}.{kind}) to "
                + $"({(view.Group.Length == 0 ? "core" : view.Group)}.{view.Kind}): unknown conversion");
        }

        if (version.Length > 0 && version != view.ApiVersion)
        {
            throw ApiErrors.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({view.ApiVersion})");
        }

        if (view.IsCustom && kind != view.Kind)
        {
            var type = view.Type with { Kind = kind };
            throw ApiErrors.Invalid(
                type, Text(item["metadata"]?["name"]) ?? "", [FieldError.Invalid("kind", $"\"{kind}\"", $"must be {view.Kind}")]);
        }
    }

    private static void Finish(
        JsonObject item, ResourceView view, Schema schema, FieldPolicy policy, List<string> duplicates, bool patch)
    {
        var problem = view.IsCustom ? null : TypeCheck.Find(item, schema) ?? WrongMicroTime(item, view.Kind);
        if (problem is not null)
        {
            throw patch ? WrongPatch(item, problem) : Unhandled(view, problem);
        }

        string[] faults =
        [
            .. duplicates.Select(d => $"duplicate field \"{d}\""),
            .. UnknownFields.Prune(item, schema).Select(f => $"unknown field \"{f}\""),
        ];
        if (faults.Length == 0)
        {
            return;
        }

        if (policy.Strict)
        {
            var text = "strict decoding error: " + string.Join(", ", faults);
            throw patch ? WrongPatch(item, text) : Unhandled(view, text);
        }

        if (policy.Warn)
        {
            policy.Warnings.AddRange(faults);
        }
    }

    private static ApiException Unhandled(ResourceView view, string why) =>
        ApiErrors.BadRequest($"{view.Kind} in version \"{view.Version}\" cannot be handled as a {view.Kind}: {why}");

    private static ApiException WrongPatch(JsonObject item, string why)
    {
        var message = $"Invalid value: {JsonSerializer.Serialize(item.ToJsonString(JsonText.Options), JsonText.Options)}: {why}";
        return new ApiException(
            422, "Invalid", $" \"\" is invalid: patch: {message}",
            new JsonObject
            {
                ["causes"] = new JsonArray(
                    new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = message, ["field"] = "patch" }),
            });
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex MicroTime();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.?(\d*))(.*)$")]
    private static partial Regex Fraction();
}

/// <summary>What to do about unknown fields.</summary>
internal sealed class FieldPolicy
{
    public FieldPolicy(string? parameter, string optionsKind)
    {
        Strict = parameter == "Strict";
        Warn = parameter is null or "" or "Warn";
        if (!Strict && !Warn && parameter != "Ignore")
        {
            throw OptionErrors.Invalid(
                optionsKind, FieldError.NotSupported("fieldValidation", $"\"{parameter}\"", ["", "Ignore", "Strict", "Warn"]));
        }
    }

    public bool Strict { get; }

    public bool Warn { get; }

    public List<string> Warnings { get; } = [];
}
