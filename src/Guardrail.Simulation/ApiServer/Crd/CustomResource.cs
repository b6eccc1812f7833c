using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Reads CustomResourceDefinitions. Only the storage version is served; there is no conversion.</summary>
internal static class CustomResource
{
    /// <summary>The kind that a definition defines; null when it serves nothing.</summary>
    public static ResourceType? TypeOf(JsonObject definition)
    {
        var spec = definition["spec"];
        var names = spec?["names"];
        if (Version(definition) is not { } version || (string?)names?["plural"] is not { } plural || (string?)names["kind"] is not { } kind)
        {
            return null;
        }

        return new ResourceType(
            (string?)spec?["group"] ?? "", (string?)version["name"] ?? "", plural, kind, (string?)spec?["scope"] == "Namespaced",
            (string?)names["singular"] ?? kind.ToLowerInvariant())
        {
            ShortNames = Strings(names["shortNames"]),
            Categories = Strings(names["categories"]),
            HasStatus = version["subresources"]?["status"] is not null,
            HasScale = version["subresources"]?["scale"] is not null,
            HasGeneration = true,
            AllowsUnconditionalUpdate = false,
        };
    }

    /// <summary>The version that is stored and served.</summary>
    public static JsonObject? Version(JsonObject definition) =>
        (definition["spec"]?["versions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(v => (bool?)v["storage"] == true);

    private static string[] Strings(JsonNode? list) => [.. (list as JsonArray)?.Select(i => (string?)i ?? "") ?? []];
}
