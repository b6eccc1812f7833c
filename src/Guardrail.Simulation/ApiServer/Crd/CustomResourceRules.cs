using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Rules of a custom resource: defaults, pruning and validation by its structural schema and, in part, its CEL rules.</summary>
internal sealed class CustomResourceRules : ResourceRules
{
    private static readonly string[] Blocking =
        ["FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"];

    private readonly bool hasRules;
    private readonly FieldRules rules;

    public CustomResourceRules(JsonObject definition)
    {
        var version = CustomResource.Version(definition);
        hasRules = version?["schema"]?.ToJsonString().Contains("x-kubernetes-validations", StringComparison.Ordinal) == true;
        rules = new FieldRules(version?["schema"]?["openAPIV3Schema"] as JsonObject);
        HasStatus = version?["subresources"]?["status"] is not null;
        var read = OpenApiSchema.Read(version?["schema"]?["openAPIV3Schema"] as JsonObject);
        read.Properties["metadata"] = BuiltInSchemas.Metadata;
        read.Properties["apiVersion"] = new Schema { Kind = SchemaKind.String };
        read.Properties["kind"] = new Schema { Kind = SchemaKind.String };
        Schema = read;
        Columns = version?["additionalPrinterColumns"] as JsonArray;
        Scale = version?["subresources"]?["scale"] as JsonObject;
        Selectable =
        [
            .. (version?["selectableFields"] as JsonArray)?.Select(f => ((string?)f?["jsonPath"] ?? "").TrimStart('.')) ?? [],
        ];
    }

    public override bool DropsNulls => false;

    public override bool StatusStoresLabels => false;

    public override bool StatusStoresAnnotations => false;

    internal override Schema Schema { get; }

    internal JsonArray? Columns { get; }

    internal JsonObject? Scale { get; }

    internal IReadOnlyList<string> Selectable { get; }

    private bool HasStatus { get; }

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        _ = UnknownFields.Prune(item, Schema);
        SchemaDefaults.Apply(item, Schema);
    }

    public override void PrepareStatus(JsonObject item) => Prepare(item, null);

    /// <summary>With a status subresource the spec counts; without one everything but the metadata does.</summary>
    public override bool RaisesGeneration(JsonObject item, JsonObject old)
    {
        foreach (var key in item.Select(p => p.Key).Union(old.Select(p => p.Key), StringComparer.Ordinal))
        {
            if (key != "metadata" && (key != "status" || !HasStatus) && !JsonNode.DeepEquals(item[key], old[key]))
            {
                return true;
            }
        }

        return false;
    }

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        var errors = SchemaValidation.Validate(item, old, Schema);
        if (hasRules && errors.Any(e => Blocking.Contains(e.Reason)))
        {
            errors.Add(new FieldError(
                "<nil>", "FieldValueInvalid",
                "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors "
                + "to complete validation"));
        }
        else
        {
            errors.AddRange(rules.Validate(item, old));
        }

        return errors;
    }
}
