using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>What the server does to objects of one kind before it stores them.</summary>
public class ResourceRules
{
    /// <summary>Rules of a kind without any.</summary>
    public static ResourceRules None { get; } = new();

    /// <summary>Fills in defaults and drops what clients may not set. The object may be changed.</summary>
    /// <param name="item">The object that is about to be stored.</param>
    /// <param name="old">The stored object; null when it is created. Not to be changed.</param>
    public virtual void Prepare(JsonObject item, JsonObject? old)
    {
    }

    /// <summary>The initial status; null for none. Called when an object is created.</summary>
    /// <param name="item">The new object.</param>
    public virtual JsonObject? InitialStatus(JsonObject item) => null;

    /// <summary>Finds faults.</summary>
    /// <param name="item">The object after <see cref="Prepare"/>.</param>
    /// <param name="old">The stored object; null when it is created.</param>
    public virtual IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old) => [];

    /// <summary>Whether a change is one that raises the generation.</summary>
    /// <param name="item">The new object.</param>
    /// <param name="old">The stored object.</param>
    public virtual bool RaisesGeneration(JsonObject item, JsonObject old) => !JsonNode.DeepEquals(item["spec"], old["spec"]);

    /// <summary>Whether a write to <c>/status</c> stores labels too.</summary>
    public virtual bool StatusStoresLabels => true;

    /// <summary>Whether a write to <c>/status</c> stores annotations too.</summary>
    public virtual bool StatusStoresAnnotations => true;
}
