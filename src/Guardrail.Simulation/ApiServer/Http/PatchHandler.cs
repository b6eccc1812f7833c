using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Patches of all four kinds, tried anew on the newest object, so that only a version in the patch can conflict.</summary>
internal sealed class PatchHandler(ObjectStore store)
{
    public ApiResponse Handle(ApiRequest request, byte[] body)
    {
        var media = (request.Http.Request.ContentType ?? "").Split(';')[0].Trim();
        if (media is "application/apply-patch+yaml" or "application/apply-patch+cbor")
        {
            return Apply(request, body);
        }

        if (request.Query("force") is not null)
        {
            throw OptionErrors.Invalid("PatchOptions", FieldError.Forbidden("force", "may not be specified for non-apply patch"));
        }

        var change = Reader(media, body, request.View);
        var policy = new FieldPolicy(request.Query("fieldValidation"), "PatchOptions");
        var options = WriteHandler.Options(request, "PatchOptions");
        var stored = store.Write(
            request.Type, request.Namespace, request.Name, old => Patched(request, old, change, policy), request.Path.Subresource, options,
            false);
        return ObjectWriter.One(request, stored, 200, store.Time) with { Warnings = policy.Warnings };
    }

    /// <summary>Reads a patch body into the change that it makes.</summary>
    public static Func<JsonObject, JsonObject> Reader(string media, byte[] body, ResourceView view)
    {
        if (media == "application/strategic-merge-patch+json" && view.IsCustom)
        {
            throw Unsupported(
                "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
                + "application/merge-patch+json, application/apply-patch+yaml");
        }

        if (media is not ("application/json-patch+json" or "application/merge-patch+json" or "application/strategic-merge-patch+json"))
        {
            throw new ApiException(415, "UnsupportedMediaType", "415: Unsupported Media Type", []);
        }

        JsonNode? patch;
        try
        {
            patch = RequestBody.Parse(body, []);
        }
        catch (JsonException)
        {
            throw ApiErrors.BadRequest("error decoding patch: unexpected end of JSON input");
        }

        return media switch
        {
            "application/json-patch+json" => item => JsonPatch.Apply(item, patch),
            "application/merge-patch+json" => item => MergePatch.Apply(item, patch),
            _ => item => StrategicMergePatch.Apply(item, patch, view.Schema),
        };
    }

    private static ApiException Unsupported(string message) => new(415, "UnsupportedMediaType", message);

    private static JsonObject Patched(ApiRequest request, StoredObject old, Func<JsonObject, JsonObject> change, FieldPolicy policy)
    {
        var before = request.View.Shown(old.Json);
        var item = change((JsonObject)before.DeepClone());
        JsonText.Settle(item);
        ObjectDecoder.CheckPatched(item, request.View, request.View.Schema, policy);
        WriteHandler.RequireSameName(request, item);
        if (request.View.IsEventView)
        {
            EventView.Check(item, before);
        }

        return request.View.Stored(item);
    }

    private ApiResponse Apply(ApiRequest request, byte[] body)
    {
        var manager = request.Query("fieldManager");
        if (string.IsNullOrEmpty(manager))
        {
            throw OptionErrors.Invalid("PatchOptions", FieldError.Required("fieldManager", "is required for apply patch"));
        }

        var policy = new FieldPolicy(request.Query("fieldValidation"), "PatchOptions");
        var config = YamlJson.Read(body) as JsonObject ?? throw ApiErrors.BadRequest("error decoding YAML: the body is no object");
        JsonText.Settle(config);
        CheckConfig(request, config, policy);
        var fields = FieldDiff.FieldsOf(config, request.View.Schema);
        var options = WriteHandler.Options(request, "PatchOptions") with { Manager = manager, Applied = fields };
        var writer = new FieldOwner(
            manager, true, request.View.ApiVersion, request.Path.Subresource ?? "", store.Time.GetUtcNow(), fields);
        var force = request.Flag("force");
        StoredObject stored;
        var status = 200;
        if (request.Path.Subresource is null && !store.TryGet(request.Type, request.Namespace, request.Name, out _))
        {
            stored = store.CreateStored(
                request.Type, request.Namespace, ServerSideApply.Merge(null, config, writer, request.View.Schema, force), options);
            status = 201;
        }
        else
        {
            stored = store.Write(
                request.Type, request.Namespace, request.Name,
                old => ServerSideApply.Merge(old, config, writer, request.View.Schema, force), request.Path.Subresource, options, false);
        }

        return ObjectWriter.One(request, stored, status, store.Time) with { Warnings = policy.Warnings };
    }

    private static void CheckConfig(ApiRequest request, JsonObject config, FieldPolicy policy)
    {
        if (config["metadata"] is JsonObject meta && meta.ContainsKey("managedFields"))
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        if ((string?)config["kind"] != request.View.Kind || (string?)config["apiVersion"] != request.View.ApiVersion)
        {
            throw ApiErrors.BadRequest(
                $"the object provided is unrecognized (must be of type {request.View.Kind}): got {(string?)config["apiVersion"]}, "
                + $"Kind={(string?)config["kind"]}");
        }

        if ((string?)config["metadata"]?["name"] is { } name && name != request.Name)
        {
            WriteHandler.RequireSameName(request, config);
        }

        var unknown = UnknownFields.Prune(config, request.View.Schema);
        if (unknown.Count > 0 && !request.View.IsCustom)
        {
            throw new ApiException(
                500, "", $"failed to create typed patch object ({request.Namespace}/{request.Name}; {request.View.ApiVersion}, "
                + $"Kind={request.View.Kind}): .{unknown[0]}: field not declared in schema");
        }

        policy.Warnings.AddRange(policy.Warn ? unknown.Select(f => $"unknown field \"{f}\"") : []);
    }
}
