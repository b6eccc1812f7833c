using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>
/// ConfigMaps and Secrets: a limit on the bytes of all their values together, binary ones in base64, a key in one of the maps only, nothing changed once
/// immutable; <c>stringData</c> of a Secret is stored as data.
/// </summary>
internal sealed class ConfigRules : PlainRules
{
    private const int MaxBytes = 1024 * 1024;
    private const string Frozen = "field is immutable when `immutable` is set";

    private readonly string kind;
    private readonly bool isSecret;
    private readonly string binary;

    public ConfigRules(string kind)
        : base(kind) => (this.kind, isSecret, binary) = (kind, kind == "Secret", kind == "Secret" ? "data" : "binaryData");

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        if (isSecret)
        {
            Default(item, "type", "Opaque");
            foreach (var (key, value) in item["stringData"] as JsonObject ?? [])
            {
                Child(item, "data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes((string?)value ?? ""));
            }

            item.Remove("stringData");
        }

        foreach (var (_, value) in item[binary] as JsonObject ?? [])
        {
            if (value?.GetValueKind() == JsonValueKind.String && IllegalAt((string)value!) is { } place)
            {
                throw ApiErrors.BadRequest($"{kind} in version \"v1\" cannot be handled as a {kind}: illegal base64 data at input byte {place}");
            }
        }
    }

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old) => [.. Unchanged(item, old), .. Sound(item)];

    private IEnumerable<FieldError> Unchanged(JsonObject item, JsonObject? old)
    {
        if ((bool?)old?["immutable"] != true)
        {
            yield break;
        }

        if ((bool?)item["immutable"] != true)
        {
            yield return FieldError.Forbidden("immutable", Frozen);
        }

        foreach (var field in isSecret ? ["data"] : (string[])["data", "binaryData"])
        {
            if (!JsonNode.DeepEquals(old![field], item[field]))
            {
                yield return FieldError.Forbidden(field, Frozen);
            }
        }
    }

    private IEnumerable<FieldError> Sound(JsonObject item)
    {
        var (texts, bytes) = (isSecret ? null : item["data"] as JsonObject, item[binary] as JsonObject);
        foreach (var (key, _) in texts ?? [])
        {
            if (bytes?.ContainsKey(key) == true)
            {
                yield return FieldError.Invalid($"data[{key}]", $"\"{key}\"", "duplicate of key present in binaryData");
            }
        }

        var size = (texts?.Sum(p => Encoding.UTF8.GetByteCount(p.Value?.ToString() ?? "")) ?? 0)
            + (bytes?.Sum(p => Convert.FromBase64String(p.Value?.ToString() ?? "").Length) ?? 0);
        if (size > MaxBytes)
        {
            yield return new FieldError("[]", "FieldValueTooLong", $"Too long: may not be more than {MaxBytes} bytes");
        }
    }

    /// <summary>Where a text stops being base64; null when it is.</summary>
    private static int? IllegalAt(string text)
    {
        if (Convert.TryFromBase64String(text, new byte[(text.Length / 4 * 3) + 3], out _))
        {
            return null;
        }

        var good = text.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/').Count();
        return good == text.Length ? good / 4 * 4 : good;
    }
}
