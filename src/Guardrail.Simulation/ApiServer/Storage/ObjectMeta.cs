using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The parts of <c>metadata</c> that the server owns.</summary>
internal static class ObjectMeta
{
    private static readonly string[] Order =
    [
        "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers",
    ];

    public static JsonObject Of(JsonObject item) => (JsonObject)item["metadata"]!;

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Puts kind, apiVersion and metadata in front, in the order of a real server, and drops what is unknown or empty.</summary>
    public static JsonObject Ordered(JsonObject body, ResourceType type)
    {
        var result = new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion };
        var meta = body["metadata"] as JsonObject ?? [];
        var ordered = new JsonObject();
        foreach (var key in Order)
        {
            if (meta[key] is { } value && value is not (JsonObject { Count: 0 } or JsonArray { Count: 0 }))
            {
                meta.Remove(key);
                ordered[key] = key is "labels" or "annotations" ? Sorted((JsonObject)value) : value;
            }
        }

        result["metadata"] = ordered;
        foreach (var (key, _) in body.ToArray())
        {
            if (key is not ("kind" or "apiVersion" or "metadata"))
            {
                var value = body[key];
                body.Remove(key);
                result[key] = value;
            }
        }

        return result;
    }

    /// <summary>Sets a member or removes it when there is no value.</summary>
    public static void Set(JsonObject map, string key, JsonNode? value)
    {
        if (value is null)
        {
            map.Remove(key);
        }
        else
        {
            map[key] = value.Parent is null ? value : value.DeepClone();
        }
    }

    public static bool HasFinalizers(JsonObject item) => Of(item)["finalizers"] is JsonArray { Count: > 0 };

    private static JsonObject Sorted(JsonObject map)
    {
        var sorted = new JsonObject();
        foreach (var (key, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal).ToArray())
        {
            map.Remove(key);
            sorted[key] = value;
        }

        return sorted;
    }
}
