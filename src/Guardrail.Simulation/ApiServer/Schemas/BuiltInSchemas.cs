namespace Guardrail.Simulation.ApiServer;

/// <summary>The schemas of the built-in kinds.</summary>
internal static class BuiltInSchemas
{
    public static IReadOnlyDictionary<string, Schema> All { get; } =
        new SchemaNotation(BuiltInSchemaText.Meta, BuiltInSchemaText.Pods, BuiltInSchemaText.Apps, BuiltInSchemaText.Others).ReadAll();

    public static Schema Metadata { get; } = All["ObjectMeta"];

    /// <summary>The schema of a kind; for kinds that are not described, one that knows the metadata and takes anything else.</summary>
    public static Schema For(string kind) => All.GetValueOrDefault(kind) ?? Unknown;

    private static Schema Unknown { get; } = MakeUnknown();

    private static Schema MakeUnknown()
    {
        var schema = new Schema { Kind = SchemaKind.Object, Open = true };
        schema.Properties["metadata"] = Metadata;
        return schema;
    }
}
