using System.Text.Json.Nodes;
using Guardrail.Cli.Tests.OnCall;

namespace Guardrail.Cli.Tests.Packaging;

/// <summary>The workflows, the composite action and the manifests of the checkout, as JSON.</summary>
internal static class YamlFiles
{
    /// <summary>Folder of the workflows.</summary>
    public static string Workflows { get; } = Path.Combine(Checkout.Root, ".github", "workflows");

    /// <summary>File of the composite action.</summary>
    public static string ActionPath { get; } = Path.Combine(Checkout.Root, ".github", "actions", "guardrail-check", "action.yml");

    /// <summary>The composite action.</summary>
    public static JsonNode Action => Read(ActionPath).Single();

    /// <summary>Every document of a file.</summary>
    public static IEnumerable<JsonNode> Read(string path) => Documents(File.ReadAllText(path)).Select(d => JsonNode.Parse(YamlAsJson.Convert(d))!);

    /// <summary>The documents of a text.</summary>
    public static IEnumerable<string> Documents(string text) => text.Split("\n---\n").Where(d => d.Contains(':', StringComparison.Ordinal));
}
