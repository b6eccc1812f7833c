using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>CustomResourceDefinitions: established as soon as they are stored.</summary>
internal sealed class DefinitionRules() : PlainRules("CustomResourceDefinition")
{
    public override JsonObject InitialStatus(JsonObject item)
    {
        var now = (string?)ObjectMeta.Of(item)["creationTimestamp"];
        return new JsonObject
        {
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)),
            ["acceptedNames"] = item["spec"]?["names"]?.DeepClone(),
            ["storedVersions"] = new JsonArray((string?)CustomResource.Version(item)?["name"] ?? ""),
        };
    }

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        var spec = Child(item, "spec");
        if (spec["names"] is JsonObject names && (string?)names["kind"] is { } kind)
        {
            Default(names, "singular", kind.ToLowerInvariant());
            Default(names, "listKind", kind + "List");
        }

        Default(spec, "conversion", new JsonObject { ["strategy"] = "None" });
    }

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        var spec = item["spec"];
        var name = (string?)ObjectMeta.Of(item)["name"];
        if (name != $"{(string?)spec?["names"]?["plural"]}.{(string?)spec?["group"]}")
        {
            yield return FieldError.Invalid("metadata.name", $"\"{name}\"", "must be spec.names.plural+\".\"+spec.group");
        }

        foreach (var field in old is null ? [] : new[] { "group", "scope" })
        {
            if ((string?)spec?[field] != (string?)old!["spec"]?[field])
            {
                yield return FieldError.Invalid($"spec.{field}", $"\"{(string?)spec?[field]}\"", "field is immutable");
            }
        }

        if (CustomResource.Version(item) is not { } version)
        {
            yield return FieldError.Invalid("spec.versions", "[]", "must have exactly one version marked as storage version");
        }
        else if (version["schema"]?["openAPIV3Schema"] is not JsonObject)
        {
            yield return FieldError.Required("spec.versions[0].schema.openAPIV3Schema", "schemas are required");
        }
    }

    private static JsonObject Condition(string type, string reason, string message, string? time) => new()
    {
        ["type"] = type, ["status"] = "True", ["lastTransitionTime"] = time, ["reason"] = reason, ["message"] = message,
    };
}
