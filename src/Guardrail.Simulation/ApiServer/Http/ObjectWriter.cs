using System.Buffers;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Writes single objects and lists in the form that the client wants.</summary>
internal static class ObjectWriter
{
    public static ApiResponse One(ApiRequest request, StoredObject item, int status, TimeProvider time) =>
        request.Wanted switch
        {
            { Shape: Shape.Table } => Send(request, status, Tables.Of(request, [item], item.Version, null, null, time)),
            { Shape: Shape.Metadata } => Send(request, status, Partial(item)),
            { Yaml: true } => Send(request, status, JsonNode.Parse(request.View.Utf8(item).Span)!),
            _ => new ApiResponse(status, "application/json", request.View.Utf8(item)),
        };

    public static ApiResponse Send(ApiRequest request, int status, JsonNode body) =>
        request.Wanted.Yaml
            ? new ApiResponse(status, "application/yaml", YamlJson.Write(body))
            : ApiResponse.Json(status, body);

    public static ApiResponse List(
        ApiRequest request, IReadOnlyList<StoredObject> items, long version, string? token, long? remaining, TimeProvider time)
    {
        if (request.Wanted.Shape == Shape.Table)
        {
            return Send(request, 200, Tables.Of(request, items, version, token, remaining, time));
        }

        var meta = Meta(version, token, remaining);
        if (request.Wanted.Shape == Shape.Metadata || request.Wanted.Yaml)
        {
            var partial = request.Wanted.Shape == Shape.Metadata;
            return Send(request, 200, new JsonObject
            {
                ["kind"] = partial ? "PartialObjectMetadataList" : request.View.Kind + "List",
                ["apiVersion"] = partial ? "meta.k8s.io/v1" : request.View.ApiVersion,
                ["metadata"] = meta,
                ["items"] = new JsonArray([.. items.Select(i => partial ? Partial(i) : JsonNode.Parse(request.View.Utf8(i).Span))]),
            });
        }

        if (request.View.IsCustom && token is null)
        {
            // A real server writes the lists of custom resources with an empty token (recording 07).
            meta["continue"] = "";
        }

        var buffer = new ArrayBufferWriter<byte>(1024 + (items.Count * 2048));
        buffer.Write(JsonText.ToUtf8(new JsonObject
        {
            ["kind"] = request.View.Kind + "List",
            ["apiVersion"] = request.View.ApiVersion,
            ["metadata"] = meta,
        }).AsSpan()[..^1]);
        buffer.Write(",\"items\":["u8);
        var head = request.View.IsCustom
            ? 0
            : JsonText.ToUtf8(new JsonObject { ["kind"] = request.View.Kind, ["apiVersion"] = request.View.ApiVersion }).Length;
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                buffer.Write(","u8);
            }

            // Items of built-in lists have no kind and apiVersion of their own; they stand first, so they are cut off.
            var whole = request.View.Utf8(items[i]).Span;
            if (head > 0)
            {
                buffer.Write("{"u8);
                whole = whole[head..];
            }

            buffer.Write(whole);
        }

        buffer.Write("]}"u8);
        return new ApiResponse(200, "application/json", buffer.WrittenMemory);
    }

    public static JsonObject Partial(StoredObject item) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = item.WithManagedFields()["metadata"]!.DeepClone(),
    };

    public static JsonObject Meta(long version, string? token, long? remaining)
    {
        var meta = new JsonObject { ["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (token is not null)
        {
            meta["continue"] = token;
        }

        if (remaining is not null)
        {
            meta["remainingItemCount"] = remaining;
        }

        return meta;
    }
}
