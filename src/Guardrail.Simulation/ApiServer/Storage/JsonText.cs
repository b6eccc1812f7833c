using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Reading and writing of JSON as the API server does it.</summary>
internal static class JsonText
{
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ToUtf8(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Options);

    /// <summary>
    /// Makes every lazily parsed part real, so that threads may read the tree at the same time, and turns numbers of any CLR type
    /// into JSON numbers, so that readers may ask for int or long alike.
    /// </summary>
    public static void Settle(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                List<(string Key, JsonNode Value)>? changed = null;
                foreach (var (key, value) in map)
                {
                    if (IsForeign(value))
                    {
                        (changed ??= []).Add((key, Native(value!)));
                    }
                    else
                    {
                        Settle(value);
                    }
                }

                foreach (var (key, value) in changed ?? [])
                {
                    map[key] = value;
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (IsForeign(list[i]))
                    {
                        list[i] = Native(list[i]!);
                    }
                    else
                    {
                        Settle(list[i]);
                    }
                }

                break;
        }
    }

    /// <summary>Removes members whose value is null, as a typed server does.</summary>
    public static void DropNulls(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            List<string>? gone = null;
            foreach (var (key, value) in map)
            {
                if (value is null)
                {
                    (gone ??= []).Add(key);
                }
                else
                {
                    DropNulls(value);
                }
            }

            foreach (var key in gone ?? [])
            {
                map.Remove(key);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var value in list)
            {
                DropNulls(value);
            }
        }
    }

    private static bool IsForeign(JsonNode? node) =>
        node is JsonValue value && !value.TryGetValue<JsonElement>(out _) && value.GetValueKind() == JsonValueKind.Number;

    private static JsonValue Native(JsonNode value) => JsonValue.Create(JsonSerializer.SerializeToElement(value))!;
}
