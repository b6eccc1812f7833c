using System.Text.Json;

namespace Guardrail.Kubernetes.Connection;

/// <summary>Reads API objects leniently: a member that is missing or has another type than expected reads as nothing.</summary>
internal static class JsonReading
{
    public static JsonElement Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Number(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    public static bool Flag(this JsonElement element, string name) => element.Field(name).ValueKind == JsonValueKind.True;

    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var time) ? time : null;

    /// <summary>The items of a list; none when the member is no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The members of a map; none when the member is no map.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Object } map ? map.EnumerateObject() : [];

    /// <summary>A required text of an API object's metadata.</summary>
    /// <exception cref="JsonException">It is missing.</exception>
    public static string Required(this JsonElement metadata, string name) =>
        metadata.Text(name) is { Length: > 0 } text ? text
            : throw new JsonException($"An object of the API server has no metadata.{name}.");
}
