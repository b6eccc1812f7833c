using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Why a write is refused before anything is stored.</summary>
internal static class WriteChecks
{
    /// <summary>A write to another object of the same name, or of a version that is no longer the newest, is refused.</summary>
    public static void Identity(ResourceType type, StoredObject old, JsonObject wanted, bool replaces)
    {
        var meta = wanted["metadata"] as JsonObject;
        if ((string?)meta?["uid"] is { Length: > 0 } uid && uid != old.Uid)
        {
            if (!replaces)
            {
                var immutable = FieldError.Invalid("metadata.uid", $"\"{uid}\"", "field is immutable");
                throw ApiErrors.Invalid(type, old.Name, [immutable, immutable]);
            }

            throw ApiErrors.Conflict(
                type, old.Name,
                $"StorageError: invalid object, Code: 4, Key: /registry/{type.Plural}/{old.Namespace}/{old.Name}, ResourceVersion: 0, "
                + $"AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid}");
        }

        var given = (string?)meta?["resourceVersion"] ?? "";
        if (given.Length > 0 && given != "0" && given != old.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiErrors.Stale(type, old.Name);
        }
    }

    /// <summary>What a DELETE asks for must hold.</summary>
    public static void Preconditions(ResourceType type, StoredObject old, DeleteOptions options)
    {
        if (options.Uid is { Length: > 0 } uid && uid != old.Uid)
        {
            throw ApiErrors.PreconditionFailed(
                type, old.Name, $"the UID in the precondition ({uid}) does not match the UID in record ({old.Uid}). "
                + "The object might have been deleted and then recreated");
        }

        if (options.ResourceVersion is { Length: > 0 } given && given != old.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiErrors.PreconditionFailed(
                type, old.Name, $"the ResourceVersion in the precondition ({given}) does not match the ResourceVersion in record "
                + $"({old.Version.ToString(CultureInfo.InvariantCulture)}). The object might have been modified");
        }
    }

    /// <summary>The object must be valid, by what holds for all kinds and by its own rules.</summary>
    public static void Validate(TypeTable table, JsonObject item, JsonObject? old, string name)
    {
        FieldError[] errors = [.. MetaRules.Validate(item, old), .. table.Rules.Validate(item, old)];
        if (errors.Length > 0)
        {
            throw ApiErrors.Invalid(table.Type, name, errors);
        }
    }
}
