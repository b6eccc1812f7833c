using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Writes the lines of one watch.</summary>
internal sealed class WatchWriter(ApiRequest request, TimeProvider time)
{
    private bool columnsSent;

    /// <summary>Lines written.</summary>
    public int Count { get; private set; }

    public Task EventAsync(StoreEvent change, CancellationToken cancellationToken)
    {
        var type = change.Change switch { StoreChange.Added => "ADDED", StoreChange.Modified => "MODIFIED", _ => "DELETED" };
        var item = change.Stored ?? new StoredObject(change.Type, change.Item, change.Version, FieldOwners.None);
        ReadOnlyMemory<byte> body = request.Wanted.Shape switch
        {
            Shape.Table => Table(item),
            Shape.Metadata => JsonText.ToUtf8(ObjectWriter.Partial(item)),
            _ => request.View.Utf8(item),
        };
        return LineAsync(type, body, cancellationToken);
    }

    public Task BookmarkAsync(long version, bool endsInitial, CancellationToken cancellationToken)
    {
        var partial = request.Wanted.Shape == Shape.Metadata;
        var meta = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (endsInitial)
        {
            meta["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        var body = new JsonObject
        {
            ["kind"] = request.Wanted.Shape == Shape.Table ? "Table" : partial ? "PartialObjectMetadata" : request.View.Kind,
            ["apiVersion"] = request.Wanted.Shape == Shape.Whole ? request.View.ApiVersion : "meta.k8s.io/v1",
            ["metadata"] = meta,
        };
        if (request.Wanted.Shape == Shape.Table)
        {
            body["columnDefinitions"] = null;
            body["rows"] = new JsonArray();
        }

        return LineAsync("BOOKMARK", JsonText.ToUtf8(body), cancellationToken);
    }

    public Task ErrorAsync(ApiException error, CancellationToken cancellationToken) =>
        LineAsync("ERROR", JsonText.ToUtf8(error.ToStatus()), cancellationToken);

    private byte[] Table(StoredObject item)
    {
        var table = Tables.Of(request, [item], item.Version, null, null, time);
        if (columnsSent)
        {
            table["columnDefinitions"] = null;
        }

        columnsSent = true;
        return JsonText.ToUtf8(table);
    }

    private async Task LineAsync(string type, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Count++;
        var buffer = new ArrayBufferWriter<byte>(body.Length + 40);
        buffer.Write("{\"type\":\""u8);
        buffer.Write(System.Text.Encoding.ASCII.GetBytes(type));
        buffer.Write("\",\"object\":"u8);
        buffer.Write(body.Span);
        buffer.Write("}\n"u8);
        await request.Http.Response.Body.WriteAsync(buffer.WrittenMemory, cancellationToken);
    }
}
