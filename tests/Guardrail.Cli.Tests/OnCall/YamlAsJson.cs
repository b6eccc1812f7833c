using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Guardrail.Cli.Tests.OnCall;

/// <summary>Reads YAML by its core schema: a quoted scalar is text, a plain one may be null, a truth value or a number.</summary>
internal static class YamlAsJson
{
    public static string Convert(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Node(stream.Documents.Single().RootNode)!.ToJsonString();
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Node(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Node)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => quoted.Value,
        YamlScalarNode { Value: null or "" or "null" } => null,
        YamlScalarNode { Value: "true" or "false" } truth => truth.Value == "true",
        YamlScalarNode plain when double.TryParse(plain.Value, CultureInfo.InvariantCulture, out _) => JsonNode.Parse(plain.Value!),
        var other => ((YamlScalarNode)other).Value,
    };
}
