using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>How items of keyed lists and sets are named.</summary>
internal static class ListItems
{
    /// <summary><c>k:{"name":"web"}</c> of a keyed list, <c>v:"x"</c> of a set.</summary>
    public static string PathOf(JsonNode item, Schema list)
    {
        if (list.ListKeys.Count == 0 || item is not JsonObject map)
        {
            return "v:" + item.ToJsonString(JsonText.Options);
        }

        var keys = new JsonObject();
        foreach (var key in list.ListKeys)
        {
            if (map[key] is { } value)
            {
                keys[key] = value.DeepClone();
            }
            else if (key == "protocol")
            {
                keys[key] = "TCP";
            }
        }

        return "k:" + keys.ToJsonString(JsonText.Options);
    }
}
