using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Create, update and delete.</summary>
internal sealed class WriteHandler(ObjectStore store)
{
    public ApiResponse Create(ApiRequest request, byte[] body)
    {
        var policy = new FieldPolicy(request.Query("fieldValidation"), "CreateOptions");
        var options = Options(request, "CreateOptions");
        var item = ObjectDecoder.Decode(body, request.Http.Request.ContentType, request.View, request.View.Schema, policy);
        var meta = item["metadata"] as JsonObject;
        RequireNamespaceMatch(request, meta);
        if ((string?)meta?["resourceVersion"] is { Length: > 0 })
        {
            throw new ApiException(500, "", "resourceVersion should not be set on objects to be created");
        }

        if (request.View.IsEventView)
        {
            EventView.Check(item, null);
        }

        var made = store.CreateStored(request.Type, request.Namespace, request.View.Stored(item), options);
        return ObjectWriter.One(request, made, 201, store.Time) with { Warnings = policy.Warnings };
    }

    public ApiResponse Update(ApiRequest request, byte[] body)
    {
        var policy = new FieldPolicy(request.Query("fieldValidation"), "UpdateOptions");
        var options = Options(request, "UpdateOptions");
        var item = ObjectDecoder.Decode(body, request.Http.Request.ContentType, request.View, request.View.Schema, policy);
        RequireSameName(request, item);
        RequireNamespaceMatch(request, item["metadata"] as JsonObject);
        if (!request.Type.AllowsUnconditionalUpdate && string.IsNullOrEmpty((string?)item["metadata"]?["resourceVersion"])
            && store.TryGet(request.Type, request.Namespace, request.Name, out _))
        {
            var type = request.Type with { Kind = request.Type.Plural };
            throw ApiErrors.Invalid(
                type, request.Name, [FieldError.Invalid("metadata.resourceVersion", "0", "must be specified for an update")]);
        }

        var stored = store.Write(
            request.Type, request.Namespace, request.Name, _ => request.View.Stored(item), request.Path.Subresource, options, true);
        return ObjectWriter.One(request, stored, 200, store.Time) with { Warnings = policy.Warnings };
    }

    public ApiResponse Delete(ApiRequest request, byte[] body)
    {
        var options = DeletionOptions.Read(request, body) with { Admit = request.Admit };
        var before = store.GetStored(request.Type, request.Namespace, request.Name);
        var result = store.Delete(request.Type, request.Namespace, request.Name, options);
        if (!result.Removed || request.Type == ResourceTypes.Pods)
        {
            return ObjectWriter.One(
                request, new StoredObject(request.Type, result.Item, before.Version, before.Owners), 200, store.Time);
        }

        var details = ApiErrors.Details(request.Name, request.View.Group, request.Type.Plural);
        details["uid"] = before.Uid;
        return ObjectWriter.Send(request, 200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    public ApiResponse DeleteCollection(ApiRequest request, byte[] body)
    {
        var options = DeletionOptions.Read(request, body) with { Admit = request.Admit };
        var (items, _) = store.ListStored(request.Type, request.Namespace, request.Selector(), null);
        foreach (var item in items)
        {
            try
            {
                store.Delete(request.Type, item.Namespace, item.Name, options);
            }
            catch (ApiException gone) when (gone.Code == 404)
            {
                // Somebody else deleted it in between: that is what was wanted.
            }
        }

        return ObjectWriter.List(request, items, store.Version, null, null, store.Time);
    }

    internal static WriteOptions Options(ApiRequest request, string kind) =>
        new(request.Manager) { DryRun = request.DryRun(kind), ApiVersion = request.View.ApiVersion, Admit = request.Admit };

    internal static void RequireSameName(ApiRequest request, JsonObject item)
    {
        var name = (string?)item["metadata"]?["name"] ?? "";
        if (name != request.Name)
        {
            throw ApiErrors.BadRequest(
                name.Length == 0
                    ? "name must be provided"
                    : $"the name of the object ({name}) does not match the name on the URL ({request.Name})");
        }
    }

    private static void RequireNamespaceMatch(ApiRequest request, JsonObject? meta)
    {
        if (request.Namespace is { } ns && (string?)meta?["namespace"] is { Length: > 0 } given && given != ns)
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }
}
