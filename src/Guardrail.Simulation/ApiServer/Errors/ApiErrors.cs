using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The errors of the API machinery, worded as a real server words them (recordings 03).</summary>
public static class ApiErrors
{
    /// <summary>404: no such object.</summary>
    public static ApiException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.QualifiedPlural} \"{name}\" not found", Details(name, type.Group, type.Plural));

    /// <summary>409: an object of that name exists.</summary>
    public static ApiException AlreadyExists(ResourceType type, string name, bool terminating) =>
        new(
            409, "AlreadyExists",
            $"{(terminating ? "object is being deleted: " : "")}{type.QualifiedPlural} \"{name}\" already exists",
            Details(name, type.Group, type.Plural));

    /// <summary>409: the object changed since the caller read it.</summary>
    public static ApiException Stale(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>409 with another explanation.</summary>
    public static ApiException Conflict(ResourceType type, string name, string why) =>
        new(
            409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedPlural} \"{name}\": {why}",
            Details(name, type.Group, type.Plural));

    /// <summary>409: a precondition of a DELETE failed; these name the kind instead of the resource.</summary>
    public static ApiException PreconditionFailed(ResourceType type, string name, string why) =>
        new(
            409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedKind} \"{name}\": {why}",
            Details(name, type.Group, type.Kind));

    /// <summary>400.</summary>
    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>500.</summary>
    public static ApiException Internal(string message) => new(
        500, "InternalError", "Internal error occurred: " + message,
        new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });

    /// <summary>410: that version is no longer in the history.</summary>
    public static ApiException TooOld(long asked, long oldest) =>
        new(410, "Expired", $"too old resource version: {asked} ({oldest})");

    /// <summary>422 with its causes.</summary>
    public static ApiException Invalid(ResourceType type, string name, IReadOnlyList<FieldError> errors)
    {
        var causes = new JsonArray();
        foreach (var error in errors)
        {
            causes.Add(new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Field });
        }

        var details = Details(name, type.Group, type.Kind);
        details["causes"] = causes;
        var distinct = errors.Select(e => $"{e.Field}: {e.Message}").Distinct(StringComparer.Ordinal).ToArray();
        var text = distinct.Length == 1 ? distinct[0] : $"[{string.Join(", ", distinct)}]";
        return new ApiException(422, "Invalid", $"{type.QualifiedKind} \"{name}\" is invalid: {text}", details);
    }

    /// <summary>The details object: name, group and kind, each only when not empty.</summary>
    public static JsonObject Details(string name, string group, string kind)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = kind;
        return details;
    }
}
