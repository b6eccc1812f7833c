using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>422 answers about the options of a request.</summary>
internal static class OptionErrors
{
    public static ApiException Invalid(string kind, params FieldError[] errors)
    {
        var options = new ResourceType("meta.k8s.io", "v1", "", kind, false, "");
        return ApiErrors.Invalid(options, "", errors);
    }

    /// <summary>404: the resource, version or subresource is not served.</summary>
    public static ApiException NoSuchResource() => new(404, "NotFound", "the server could not find the requested resource", []);

    /// <summary>405.</summary>
    public static ApiException NotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    /// <summary>403.</summary>
    public static ApiException Forbidden(ApiCall call)
    {
        var resource = call.Group.Length == 0 ? call.Resource : $"{call.Resource}.{call.Group}";
        var subject = call.Name.Length == 0 ? resource : $"{resource} \"{call.Name}\"";
        var where = call.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{call.Namespace}\"";
        return new ApiException(
            403, "Forbidden",
            $"{subject} is forbidden: User \"{call.User}\" cannot {call.Verb} resource \"{call.FullResource}\" in API group "
            + $"\"{call.Group}\" {where}", ApiErrors.Details(call.Name, call.Group, call.Resource));
    }

    /// <summary>403 outside the resources.</summary>
    public static ApiException ForbiddenPath(ApiCall call) =>
        new(403, "Forbidden", $"forbidden: User \"{call.User}\" cannot {call.Verb} path \"{call.Resource}\"", []);
}
