using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Eviction and binding of pods; logs and exec, which need a kubelet that is not there.</summary>
internal sealed class PodActions(ObjectStore store)
{
    public ApiResponse? Handle(ApiRequest request, byte[] body) => (request.Path.Subresource, request.Call.Verb) switch
    {
        ("eviction", "create") => Evict(request, body),
        ("binding", "create") => Bind(request, body),
        ("log", "get") or ("exec", _) or ("attach", _) or ("portforward", _) => NoKubelet(request),
        _ => null,
    };

    private static JsonObject Success() => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["code"] = 201,
    };

    private ApiResponse NoKubelet(ApiRequest request)
    {
        _ = store.GetStored(request.Type, request.Namespace, request.Name);
        throw new ApiException(500, "", "no preferred addresses found; known addresses: []");
    }

    private ApiResponse Evict(ApiRequest request, byte[] body)
    {
        var eviction = RequestBody.Parse(body, []) as JsonObject ?? [];
        if ((string?)eviction["metadata"]?["name"] is { } name && name != request.Name)
        {
            throw ApiErrors.BadRequest("name in URL does not match name in Eviction object");
        }

        var pod = store.GetStored(request.Type, request.Namespace, request.Name);
        foreach (var budget in store.List(ResourceTypes.PodDisruptionBudgets, request.Namespace).Items)
        {
            var covers = LabelSelector.FromObject(budget["spec"]?["selector"] as JsonObject)
                .Matches(ObjectMeta.Of(pod.Json)["labels"] as JsonObject);
            if (covers && ((long?)budget["status"]?["disruptionsAllowed"] ?? 0) <= 0)
            {
                var status = budget["status"];
                var cause = $"The disruption budget {(string?)ObjectMeta.Of(budget)["name"]} needs {status?["desiredHealthy"]} healthy pods "
                    + $"and has {status?["currentHealthy"]} currently";
                throw new ApiException(
                    429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.",
                    new JsonObject
                    {
                        ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = cause }),
                    });
            }
        }

        store.Delete(request.Type, request.Namespace, request.Name, new DeleteOptions
        {
            Uid = (string?)eviction["deleteOptions"]?["preconditions"]?["uid"],
            GracePeriodSeconds = (int?)eviction["deleteOptions"]?["gracePeriodSeconds"],
            DryRun = request.DryRun("DeleteOptions"),
        });
        return ApiResponse.Json(201, Success());
    }

    private ApiResponse Bind(ApiRequest request, byte[] body)
    {
        var node = (string?)(RequestBody.Parse(body, []) as JsonObject)?["target"]?["name"]
            ?? throw ApiErrors.BadRequest("target.name is required");
        store.Modify(
            request.Type, request.Namespace, request.Name,
            pod =>
            {
                if ((string?)pod["spec"]?["nodeName"] is { Length: > 0 } bound)
                {
                    throw new ApiException(
                        409, "Conflict",
                        $"Operation cannot be fulfilled on pods/binding \"{request.Name}\": pod {request.Name} is already assigned to node "
                        + $"\"{bound}\"", ApiErrors.Details(request.Name, "", "pods/binding"));
                }

                pod["spec"]!["nodeName"] = node;
                return true;
            },
            null, new WriteOptions(request.Manager));
        return ApiResponse.Json(201, Success());
    }
}
