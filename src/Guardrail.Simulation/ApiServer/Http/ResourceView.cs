using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>A kind as one group version serves it. Events are stored in the core form and have a second view.</summary>
internal sealed record ResourceView(ResourceType Type, string Group, string Version, ResourceRules Rules)
{
    public string Kind => Type.Kind;

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public bool IsCustom => Rules is CustomResourceRules;

    public bool IsEventView => Type == ResourceTypes.Events && Group.Length > 0;

    public Schema Schema => IsEventView ? EventView.Schema : Rules.Schema;

    /// <summary>The object as this view shows it, with its managedFields.</summary>
    public ReadOnlyMemory<byte> Utf8(StoredObject item) =>
        IsEventView ? JsonText.ToUtf8(EventView.ToNew(item.WithManagedFields())) : item.Utf8;

    /// <summary>A private copy as this view shows it, without managedFields.</summary>
    public JsonObject Shown(JsonObject item) => IsEventView ? EventView.ToNew(item) : (JsonObject)item.DeepClone();

    /// <summary>What the store takes.</summary>
    public JsonObject Stored(JsonObject item) => IsEventView ? EventView.ToCore(item) : item;
}
