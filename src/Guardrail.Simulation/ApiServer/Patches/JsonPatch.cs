using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>RFC 6902, with the liberties of a real server (recording 05a): <c>replace</c> of a missing member adds it.</summary>
internal static class JsonPatch
{
    /// <summary>Operations a patch may have.</summary>
    private const int MaxOperations = 10_000;

    public static JsonObject Apply(JsonObject item, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
        {
            var shown = patch?.GetValueKind() switch { JsonValueKind.Object => "object", JsonValueKind.String => "string", _ => "value" };
            throw ApiErrors.BadRequest($"error decoding patch: json: cannot unmarshal {shown} into Go value of type []handlers.jsonPatchOp");
        }

        if (operations.Count > MaxOperations)
        {
            throw new ApiException(413, "RequestEntityTooLarge", "The allowed maximum operations in a JSON patch is 10000");
        }

        JsonNode root = item;
        foreach (var operation in operations)
        {
            root = Step(root, operation as JsonObject ?? throw Refused());
        }

        return root as JsonObject ?? throw Refused();
    }

    private static JsonNode Step(JsonNode root, JsonObject operation)
    {
        var path = Path(operation["path"]);
        switch ((string?)operation["op"])
        {
            case "test":
                if (!JsonNode.DeepEquals(Find(root, path, missingIsNull: true), operation["value"]))
                {
                    throw Refused();
                }

                return root;
            case "add":
                return Put(root, path, operation["value"]?.DeepClone(), insert: true);
            case "replace":
                return Put(root, path, operation["value"]?.DeepClone(), insert: false);
            case "remove":
                Remove(root, path);
                return root;
            case "copy":
                return Put(root, path, Find(root, Path(operation["from"]), missingIsNull: false)?.DeepClone(), insert: true);
            case "move":
                var from = Path(operation["from"]);
                var value = Find(root, from, missingIsNull: false)?.DeepClone();
                Remove(root, from);
                return Put(root, path, value, insert: true);
            default:
                throw Refused();
        }
    }

    private static string[] Path(JsonNode? pointer)
    {
        var text = (string?)pointer ?? throw Refused();
        return text.Length == 0 ? [] :
            [.. text[1..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Find(JsonNode root, string[] path, bool missingIsNull)
    {
        JsonNode? node = root;
        for (var i = 0; i < path.Length; i++)
        {
            var last = i == path.Length - 1;
            node = node switch
            {
                JsonObject map when map.TryGetPropertyValue(path[i], out var below) => below,
                JsonObject when last && missingIsNull => null,
                JsonArray list when Index(path[i], list.Count - 1) is { } at => list[at],
                _ => throw Refused(),
            };
        }

        return node;
    }

    private static JsonNode Put(JsonNode root, string[] path, JsonNode? value, bool insert)
    {
        if (path.Length == 0)
        {
            return value ?? throw Refused();
        }

        switch (Find(root, path[..^1], missingIsNull: false))
        {
            case JsonObject map:
                map[path[^1]] = value;
                break;
            case JsonArray list when path[^1] == "-" && insert:
                list.Add(value);
                break;
            case JsonArray list when insert:
                list.Insert(Index(path[^1], list.Count) ?? throw Refused(), value);
                break;
            case JsonArray list:
                list[Index(path[^1], list.Count - 1) ?? throw Refused()] = value;
                break;
            default:
                throw Refused();
        }

        return root;
    }

    private static void Remove(JsonNode root, string[] path)
    {
        if (path.Length == 0)
        {
            throw Refused();
        }

        switch (Find(root, path[..^1], missingIsNull: false))
        {
            case JsonObject map when map.Remove(path[^1]):
                return;
            case JsonArray list when Index(path[^1], list.Count - 1) is { } at:
                list.RemoveAt(at);
                return;
            default:
                throw Refused();
        }
    }

    private static int? Index(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= most ? at : null;

    private static ApiException Refused() =>
        new(422, "Invalid", "the server rejected our request due to an error in our request", []);
}
