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
            ["acceptedNames"] = Names(item["spec"]?["names"]?.DeepClone() as JsonObject ?? []),
            ["storedVersions"] = new JsonArray((string?)CustomResource.Version(item)?["name"] ?? ""),
        };
    }

    public override void Prepare(JsonObject item, JsonObject? old)
    {
        var spec = Child(item, "spec");
        if (spec["names"] is JsonObject names)
        {
            Names(names);
        }

        Default(spec, "conversion", new JsonObject { ["strategy"] = "None" });
    }

    public override IEnumerable<FieldError> Validate(JsonObject item, JsonObject? old)
    {
        var spec = item["spec"];
        var name = (string?)ObjectMeta.Of(item)["name"];
        if (old is null && name != $"{(string?)spec?["names"]?["plural"]}.{(string?)spec?["group"]}")
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
        else if (version["schema"]?["openAPIV3Schema"] is JsonObject schema)
        {
            foreach (var error in Untyped(schema, "spec.validation.openAPIV3Schema"))
            {
                yield return error;
            }
        }
        else
        {
            yield return FieldError.Required("spec.versions[0].schema.openAPIV3Schema", "schemas are required");
        }
    }

    private static JsonObject Names(JsonObject names)
    {
        if ((string?)names["kind"] is { } kind)
        {
            Default(names, "singular", kind.ToLowerInvariant());
            Default(names, "listKind", kind + "List");
        }

        return names;
    }

    /// <summary>A structural schema gives every field a type.</summary>
    private static IEnumerable<FieldError> Untyped(JsonObject schema, string path)
    {
        foreach (var (key, value) in schema["properties"] as JsonObject ?? [])
        {
            var at = $"{path}.properties[{key}]";
            var below = value as JsonObject ?? [];
            var free = (bool?)below["x-kubernetes-int-or-string"] == true || (bool?)below["x-kubernetes-preserve-unknown-fields"] == true;
            if (below["type"] is null && !free)
            {
                yield return FieldError.Required($"{at}.type", "must not be empty for specified object fields");
            }

            foreach (var error in Untyped(below, at))
            {
                yield return error;
            }
        }
    }

    private static JsonObject Condition(string type, string reason, string message, string? time) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = time,
        ["reason"] = reason,
        ["message"] = message,
    };
}
