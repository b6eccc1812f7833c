using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The JSON type of a field.</summary>
internal enum SchemaKind
{
    Any,
    Object,
    Map,
    List,
    String,
    Integer,
    Number,
    Boolean,
    IntOrString,
}

/// <summary>What a field may hold, and how it is merged. Built-in kinds and custom resources share it.</summary>
internal sealed class Schema
{
    public static Schema Any { get; } = new() { Kind = SchemaKind.Any };

    public SchemaKind Kind { get; init; }

    /// <summary>Name of the type for messages and OpenAPI; empty when it has none.</summary>
    public string Name { get; init; } = "";

    public Dictionary<string, Schema> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>Of a list's items or a map's values.</summary>
    public Schema Items { get; init; } = Any;

    /// <summary>Members that identify a list item; empty for a list that is one value.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>A list of distinct scalars.</summary>
    public bool IsSet { get; init; }

    /// <summary>Owned and replaced as one value.</summary>
    public bool Atomic { get; init; }

    /// <summary>Unknown members are kept.</summary>
    public bool Open { get; init; }

    public bool Nullable { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public IReadOnlyList<JsonNode> Enum { get; init; } = [];

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    public string? Pattern { get; init; }

    public string Format { get; init; } = "";

    public JsonNode? Default { get; init; }

    /// <summary>The schema of a member, or anything when it is not described.</summary>
    public Schema Of(string member) => Kind switch
    {
        SchemaKind.Object => Properties.GetValueOrDefault(member) ?? Any,
        SchemaKind.Map => Items,
        _ => Any,
    };
}
