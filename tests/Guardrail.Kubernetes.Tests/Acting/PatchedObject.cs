using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Acting;

namespace Guardrail.Kubernetes.Tests.Acting;

/// <summary>Applies a JSON Patch as the API server does, as far as the actuator uses it.</summary>
internal static class PatchedObject
{
    /// <summary>The object after the patch; null when an operation fails.</summary>
    public static JsonNode? Apply(JsonPatch patch, string json)
    {
        var root = JsonNode.Parse(json)!;
        foreach (var operation in patch.Operations)
        {
            var path = ((string)operation!["path"]!)[1..].Split('/')
                .Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
            var parent = path[..^1].Aggregate<string, JsonNode?>(root, (node, part) => node?[part]) as JsonObject;
            var value = operation["value"];
            switch ((string)operation["op"]!)
            {
                case "test" when !JsonNode.DeepEquals(parent?[path[^1]], value):
                case "remove" when parent?.Remove(path[^1]) != true:
                case "add" when parent is null:
                    return null;
                case "add":
                    parent![path[^1]] = value?.DeepClone();
                    break;
                case "test" or "remove":
                    break;
                default:
                    throw new NotSupportedException(operation.ToJsonString());
            }
        }

        return root;
    }

}
