using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Access reviews, answered by the authorizer of the server.</summary>
internal sealed class ReviewHandler(ApiAuthorizer authorizer)
{
    public static IReadOnlyList<ResourceType> Kinds { get; } =
    [
        new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false, "selfsubjectaccessreview") { Verbs = ["create"] },
        new("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false, "selfsubjectrulesreview") { Verbs = ["create"] },
        new("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", false, "subjectaccessreview") { Verbs = ["create"] },
        new("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false, "selfsubjectreview") { Verbs = ["create"] },
    ];

    /// <summary>Answers; null when the resource is no review.</summary>
    public ApiResponse? Handle(RequestPath path, string user, string agent, byte[] body)
    {
        if (!Kinds.Any(k => k.Group == path.Group && k.Plural == path.Resource))
        {
            return null;
        }

        var review = RequestBody.Parse(body, []) as JsonObject ?? [];
        var spec = review["spec"] as JsonObject ?? [];
        review["metadata"] ??= new JsonObject();
        review["status"] = path.Resource switch
        {
            "selfsubjectreviews" => new JsonObject { ["userInfo"] = new JsonObject { ["username"] = user } },
            "selfsubjectrulesreviews" => new JsonObject
            {
                ["resourceRules"] = new JsonArray(new JsonObject
                {
                    ["verbs"] = new JsonArray("*"),
                    ["apiGroups"] = new JsonArray("*"),
                    ["resources"] = new JsonArray("*"),
                }),
                ["nonResourceRules"] = new JsonArray(),
                ["incomplete"] = true,
            },
            _ => new JsonObject { ["allowed"] = Allowed(spec, (string?)spec["user"] ?? user, agent) },
        };
        return ApiResponse.Json(201, review);
    }

    private bool Allowed(JsonObject spec, string user, string agent)
    {
        if (spec["resourceAttributes"] is JsonObject wanted)
        {
            return authorizer(new ApiCall(
                user, Text(wanted, "verb"), Text(wanted, "group"), Text(wanted, "resource"), Text(wanted, "subresource"),
                Text(wanted, "namespace"), Text(wanted, "name"), agent));
        }

        if (spec["nonResourceAttributes"] is JsonObject path)
        {
            return authorizer(new ApiCall(user, Text(path, "verb"), "", Text(path, "path"), "", "", "", agent));
        }

        var error = FieldError.Invalid(
            "spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        throw new ApiException(
            422, "Invalid", $".authorization.k8s.io \"\" is invalid: {error.Field}: {error.Message}",
            new JsonObject
            {
                ["group"] = "authorization.k8s.io",
                ["causes"] = new JsonArray(
                    new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Field }),
            });
    }

    private static string Text(JsonObject map, string key) => (string?)map[key] ?? "";
}
