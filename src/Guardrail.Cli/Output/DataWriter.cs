using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Guardrail.Cli.Output;

/// <summary>Writes data for programs: JSON or YAML, and nothing else, on standard output.</summary>
internal static class DataWriter
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().Build();

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter writer, JsonNode data, OutputFormat format)
    {
        if (format == OutputFormat.Yaml)
        {
            writer.Write(Yaml.Serialize(Plain(data)!));
        }
        else
        {
            writer.WriteLine(data.ToJsonString(Json));
        }
    }

    private static object? Plain(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => map.ToDictionary(member => member.Key, member => Plain(member.Value)),
        JsonArray list => list.Select(Plain).ToList(),
        _ => Value(node),
    };

    private static object Value(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => node.AsValue().ToString(),
        _ when long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture),
    };
}
