using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Between YAML and JSON.</summary>
internal static class YamlJson
{
    private static readonly ISerializer Writer = new SerializerBuilder().WithQuotingNecessaryStrings().Build();

    /// <summary>The first document as JSON.</summary>
    /// <exception cref="ApiException">400 when it is malformed.</exception>
    public static JsonNode? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var stream = new YamlStream();
            using var reader = new StringReader(Encoding.UTF8.GetString(utf8));
            stream.Load(reader);
            return stream.Documents.Count == 0 ? null : Of(stream.Documents[0].RootNode);
        }
        catch (YamlException e)
        {
            throw ApiErrors.BadRequest($"error converting YAML to JSON: yaml: {e.Message}");
        }
    }

    public static byte[] Write(JsonNode node) => Encoding.UTF8.GetBytes(Writer.Serialize(Plain(node) ?? ""));

    /// <summary>A node as JSON: plain scalars as what they look like.</summary>
    public static JsonNode? Of(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                var made = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    made[((YamlScalarNode)key).Value ?? ""] = Of(value);
                }

                return made;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(Of)]);
            case YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any } scalar:
                return Scalar(scalar.Value ?? "");
            default:
                return ((YamlScalarNode)node).Value;
        }
    }

    private static JsonValue? Scalar(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when text.Any(char.IsAsciiDigit) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static object? Plain(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => map.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(p => p.Key, p => Plain(p.Value)),
        JsonArray list => list.Select(Plain).ToArray(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => value.TryGetValue<long>(out var whole) ? whole : value.GetValue<double>(),
        },
        _ => null,
    };
}
