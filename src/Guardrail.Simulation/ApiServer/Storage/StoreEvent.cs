using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>What happened to an object.</summary>
public enum StoreChange
{
    /// <summary>It appeared (or came into the selector).</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It went away (or left the selector).</summary>
    Deleted,
}

/// <summary>One change of one object.</summary>
/// <param name="Type">Kind of the object.</param>
/// <param name="Change">What happened.</param>
/// <param name="Item">The object after the change; its last state when it was deleted. Shared: never change it.</param>
/// <param name="Previous">The object before; null when it was added.</param>
/// <param name="Version">The resourceVersion of the change.</param>
public sealed record StoreEvent(ResourceType Type, StoreChange Change, JsonObject Item, JsonObject? Previous, long Version)
{
    /// <summary>Namespace of the object; empty for cluster-wide kinds.</summary>
    public string Namespace => (string?)Item["metadata"]?["namespace"] ?? "";

    /// <summary>Name of the object.</summary>
    public string Name => (string?)Item["metadata"]?["name"] ?? "";

    /// <summary>The stored state, with its serialised form; null for a state that was made up for a watch.</summary>
    internal StoredObject? Stored { get; init; }

    /// <summary>The stored state before; null when it was added.</summary>
    internal StoredObject? Before { get; init; }
}
