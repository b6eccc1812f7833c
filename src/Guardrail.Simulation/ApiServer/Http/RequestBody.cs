using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Reads bodies: their size, their form, duplicate members.</summary>
internal static class RequestBody
{
    /// <summary>The largest body, in bytes.</summary>
    public const int Limit = 3 * 1024 * 1024;

    public static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken, int limit = Limit)
    {
        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        var buffer = new ArrayBufferWriter<byte>();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            buffer.Write(chunk.AsSpan(0, read));
            if (buffer.WrittenCount > limit)
            {
                throw TooLarge(limit);
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Parses JSON; of a member that occurs twice the last one wins and its path is noted.</summary>
    /// <exception cref="JsonException">Malformed.</exception>
    public static JsonNode? Parse(ReadOnlyMemory<byte> utf8, List<string> duplicates)
    {
        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 128 });
        return Convert(document.RootElement, "", duplicates);
    }

    /// <summary>What a message shows of a body.</summary>
    public static string Snippet(ReadOnlySpan<byte> body)
    {
        const int Most = 30;
        if (body.Length == 0)
        {
            return "<empty>";
        }

        if (body[0] != '{')
        {
            return System.Convert.ToHexStringLower(body[..Math.Min(body.Length, Most)]);
        }

        return body.Length <= Most ? Encoding.UTF8.GetString(body) : Encoding.UTF8.GetString(body[..Most]) + " ...";
    }

    private static JsonNode? Convert(JsonElement element, string path, List<string> duplicates)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    if (map.ContainsKey(member.Name))
                    {
                        duplicates.Add(at);
                    }

                    map[member.Name] = Convert(member.Value, at, duplicates);
                }

                return map;
            case JsonValueKind.Array:
                var list = new JsonArray();
                foreach (var item in element.EnumerateArray())
                {
                    list.Add(Convert(item, FormattableString.Invariant($"{path}[{list.Count}]"), duplicates));
                }

                return list;
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    private static ApiException TooLarge(int limit) =>
        new(413, "RequestEntityTooLarge", FormattableString.Invariant($"Request entity too large: limit is {limit}"));
}
