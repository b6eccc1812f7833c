using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>The <c>/scale</c> subresource.</summary>
internal sealed class ScaleHandler(ObjectStore store)
{
    private static readonly ResourceType ScaleType = new("autoscaling", "v1", "scales", "Scale", true, "scale");
    private static readonly ResourceView View = new(ScaleType, "autoscaling", "v1", new ScaleRules());

    public ApiResponse Handle(ApiRequest request, byte[] body)
    {
        if (request.Call.Verb == "get")
        {
            return Send(request, store.GetStored(request.Type, request.Namespace, request.Name));
        }

        var options = WriteHandler.Options(request, "UpdateOptions") with { OwnedSubresource = "scale" };
        var policy = new FieldPolicy(request.Query("fieldValidation"), "UpdateOptions");
        var media = (request.Http.Request.ContentType ?? "").Split(';')[0].Trim();
        Func<JsonObject, JsonObject> change;
        if (request.Call.Verb == "patch")
        {
            change = PatchHandler.Reader(media, body, View);
        }
        else
        {
            var given = ObjectDecoder.Decode(body, media, View, View.Schema, policy);
            WriteHandler.RequireSameName(request, given);
            change = _ => given;
        }

        var stored = store.Write(request.Type, request.Namespace, request.Name, old => Changed(request, old, change), null, options, false);
        return Send(request, stored);
    }

    private static JsonObject Changed(ApiRequest request, StoredObject old, Func<JsonObject, JsonObject> change)
    {
        var scale = change(Of(request, old));
        JsonText.Settle(scale);
        if (TypeCheck.Find(scale, View.Schema) is { } wrong)
        {
            throw ApiErrors.BadRequest($"Scale in version \"v1\" cannot be handled as a Scale: {wrong}");
        }

        var replicas = (long?)scale["spec"]?["replicas"] ?? 0;
        if (replicas < 0)
        {
            throw ApiErrors.Invalid(
                ScaleType, request.Name,
                [FieldError.Invalid("spec.replicas", FormattableString.Invariant($"{replicas}"), "must be greater than or equal to 0")]);
        }

        var item = (JsonObject)old.Json.DeepClone();
        ObjectMeta.Of(item)["resourceVersion"] = (string?)scale["metadata"]?["resourceVersion"] ?? "";
        var at = item;
        var path = SpecPath(request);
        foreach (var step in path[..^1])
        {
            at[step] ??= new JsonObject();
            at = (JsonObject)at[step]!;
        }

        at[path[^1]] = replicas;
        return item;
    }

    private static ApiResponse Send(ApiRequest request, StoredObject item) => ObjectWriter.Send(request, 200, Of(request, item));

    internal static JsonObject Of(ApiRequest request, StoredObject item)
    {
        var meta = new JsonObject();
        foreach (var key in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            meta[key] = ObjectMeta.Of(item.Json)[key]?.DeepClone();
        }

        var custom = request.View.Rules as CustomResourceRules;
        var replicas = Number(item.Json, SpecPath(request));
        var status = new JsonObject { ["replicas"] = Number(item.Json, Path(custom, "statusReplicasPath") ?? ["status", "replicas"]) };
        var selector = custom is null ? LabelSelector.FromObject(item.Json["spec"]?["selector"] as JsonObject).ToString() : "";
        if (selector.Length > 0)
        {
            status["selector"] = selector;
        }

        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = meta,
            ["spec"] = replicas == 0 ? new JsonObject() : new JsonObject { ["replicas"] = replicas },
            ["status"] = status,
        };
    }

    private static string[] SpecPath(ApiRequest request) =>
        Path(request.View.Rules as CustomResourceRules, "specReplicasPath") ?? ["spec", "replicas"];

    private static string[]? Path(CustomResourceRules? rules, string key) =>
        ((string?)rules?.Scale?[key])?.TrimStart('.').Split('.');

    private static long Number(JsonObject item, string[] path)
    {
        JsonNode? node = item;
        foreach (var step in path)
        {
            node = (node as JsonObject)?[step];
        }

        return (long?)node ?? 0;
    }

    private sealed class ScaleRules() : PlainRules("Scale");
}
