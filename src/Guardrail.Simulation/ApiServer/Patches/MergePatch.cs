using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>RFC 7386.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject item, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            throw ApiErrors.BadRequest("error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}");
        }

        Merge(item, changes);
        return item;
    }

    private static void Merge(JsonObject target, JsonObject changes)
    {
        foreach (var (key, value) in changes)
        {
            switch (value)
            {
                case null:
                    target.Remove(key);
                    break;
                case JsonObject below:
                    if (target[key] is not JsonObject existing)
                    {
                        target[key] = existing = [];
                    }

                    Merge(existing, below);
                    break;
                default:
                    target[key] = value.DeepClone();
                    break;
            }
        }
    }
}
