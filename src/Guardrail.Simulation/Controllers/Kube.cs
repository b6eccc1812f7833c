using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Controllers;

/// <summary>Reads the parts of Kubernetes objects that controllers need.</summary>
internal static class Kube
{
    public static ObjectKey Key(JsonObject item) => new(Text(item["metadata"]?["namespace"]), Name(item));

    public static string Name(JsonObject item) => Text(item["metadata"]?["name"]);

    public static string Uid(JsonObject item) => Text(item["metadata"]?["uid"]);

    public static long Version(JsonObject item) => long.Parse(Text(item["metadata"]?["resourceVersion"]), CultureInfo.InvariantCulture);

    public static bool IsDeleting(JsonObject item) => item["metadata"]?["deletionTimestamp"] is not null;

    public static string? Annotation(JsonObject item, string key) => (string?)item["metadata"]?["annotations"]?[key];

    public static int Count(JsonNode? node) => (int?)node ?? 0;

    public static string Text(JsonNode? node) => (string?)node ?? "";

    /// <summary>Uid of the owner that controls the object; null when none does.</summary>
    public static string? ControllerUid(JsonObject item) => (string?)Controller(item)?["uid"];

    /// <summary>The ownerReference of the owner that controls the object; null when none does.</summary>
    public static JsonObject? Controller(JsonObject item)
    {
        foreach (var owner in item["metadata"]?["ownerReferences"] as JsonArray ?? [])
        {
            if ((bool?)owner?["controller"] == true)
            {
                return (JsonObject)owner;
            }
        }

        return null;
    }

    public static JsonArray OwnedBy(string apiVersion, string kind, JsonObject owner) => [new JsonObject
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["name"] = Name(owner),
        ["uid"] = Uid(owner),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    }];

    /// <summary>The condition of a type; null when there is none.</summary>
    public static JsonObject? Condition(JsonNode? status, string type)
    {
        foreach (var condition in status?["conditions"] as JsonArray ?? [])
        {
            if ((string?)condition?["type"] == type)
            {
                return (JsonObject)condition;
            }
        }

        return null;
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset? Time(JsonNode? node) =>
        DateTimeOffset.TryParse((string?)node, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    /// <summary>Sets a count, or leaves it out when it is 0, as the real types do.</summary>
    public static void SetCount(JsonObject map, string key, int count)
    {
        if (count != 0)
        {
            map[key] = count;
        }
    }

    /// <summary>The annotations for writing; made when there are none.</summary>
    public static JsonObject Annotations(JsonObject item)
    {
        var meta = (JsonObject)item["metadata"]!;
        if (meta["annotations"] is not JsonObject annotations)
        {
            meta["annotations"] = annotations = [];
        }

        return annotations;
    }
}
