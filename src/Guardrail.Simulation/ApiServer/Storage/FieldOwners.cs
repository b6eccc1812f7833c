using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Which manager wrote which field of an object last.</summary>
internal sealed class FieldOwners
{
    private readonly string[] managers = [];

    public static FieldOwners None { get; } = new();

    public JsonArray ToJson() => [.. managers];

    public FieldOwners AfterWrite(
        JsonObject? old, JsonObject item, string manager, string? subresource, DateTimeOffset now, ResourceType type) => this;
}
