using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>One version of one object. Never changes once it is stored.</summary>
internal sealed class StoredObject(ResourceType type, JsonObject json, long version, FieldOwners owners)
{
    private byte[]? utf8;

    public ResourceType Type { get; } = type;

    public JsonObject Json { get; } = json;

    public long Version { get; } = version;

    public FieldOwners Owners { get; } = owners;

    public string Namespace { get; } = (string?)json["metadata"]?["namespace"] ?? "";

    public string Name { get; } = (string?)json["metadata"]?["name"] ?? "";

    public string Uid { get; } = (string?)json["metadata"]?["uid"] ?? "";

    /// <summary>The object with its managedFields, as it goes over the wire; made once.</summary>
    public ReadOnlyMemory<byte> Utf8 => utf8 ??= JsonText.ToUtf8(WithManagedFields());

    /// <summary>A private copy with its managedFields.</summary>
    public JsonObject WithManagedFields()
    {
        var copy = (JsonObject)Json.DeepClone();
        if (Owners.ToJson() is { Count: > 0 } managed)
        {
            ((JsonObject)copy["metadata"]!)["managedFields"] = managed;
        }

        return copy;
    }
}
