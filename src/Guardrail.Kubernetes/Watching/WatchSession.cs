using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Watching;

/// <summary>One watch request, from its opening to its end. Never throws for a fault of the cluster: the step tells it.</summary>
internal sealed class WatchSession<T> : IAsyncDisposable
    where T : class
{
    // etcd stores at most 1.5 MB an object by default; a line far above it is no event.
    private const long LineLimit = 16 * 1024 * 1024;
    private readonly Func<JsonElement, T> reader;
    private readonly CancellationTokenSource limit;
    private readonly CancellationTokenSource both;
    private HttpResponseMessage? response;
    private PipeReader? lines;

    private WatchSession(Func<JsonElement, T> reader, WatchOptions options, CancellationToken cancellationToken)
    {
        this.reader = reader;
        limit = new CancellationTokenSource(options.SessionLimit, options.TimeProvider);
        both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
    }

    /// <summary>Why the session could not be opened; null when it was.</summary>
    public Exception? Fault { get; private set; }

    public static async Task<WatchSession<T>> OpenAsync(
        ApiClient api, ResourcePath path, string version, Func<JsonElement, T> reader, WatchOptions options,
            CancellationToken cancellationToken)
    {
        var session = new WatchSession<T>(reader, options, cancellationToken);
        try
        {
            using var opening = new CancellationTokenSource(options.RequestLimit, options.TimeProvider);
            using var all = CancellationTokenSource.CreateLinkedTokenSource(opening.Token, session.both.Token);
            session.response = await api.OpenAsync(HttpMethod.Get, path.WatchQuery(version, options.WatchTimeout), null, all.Token);
            session.lines = PipeReader.Create(await session.response.Content.ReadAsStreamAsync(all.Token));
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            session.Fault = fault;
        }

        return session;
    }

    public async Task<WatchStep<T>> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await lines!.ReadAsync(both.Token);
                var buffer = read.Buffer;
                if (buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = buffer.Slice(0, end);
                    var step = line.Length > 1 ? Parse(line) : null;
                    lines.AdvanceTo(buffer.GetPosition(1, end));
                    if (step is not null)
                    {
                        return step;
                    }
                }
                else if (read.IsCompleted)
                {
                    return buffer.IsEmpty ? new WatchStep<T>.Ended()
                        : new WatchStep<T>.Broken(new IOException("the stream ended within an event"));
                }
                else if (buffer.Length > LineLimit)
                {
                    return new WatchStep<T>.Broken(new JsonException("an event is longer than 16 MB"));
                }
                else
                {
                    lines.AdvanceTo(buffer.Start, buffer.End);
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new WatchStep<T>.Hung();
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            return new WatchStep<T>.Broken(fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Ends the request first: disposing a response over HTTP/1.1 would otherwise wait for a server that sends nothing.
        await both.CancelAsync();
        if (lines is not null)
        {
            await lines.CompleteAsync();
        }

        response?.Dispose();
        both.Dispose();
        limit.Dispose();
    }

    private WatchStep<T> Parse(ReadOnlySequence<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var subject = document.RootElement.Field("object");
        var version = subject.Field("metadata").Text("resourceVersion");
        return document.RootElement.Text("type") switch
        {
            "ADDED" or "MODIFIED" => new WatchStep<T>.Event(reader(subject), IsRemoval: false, version),
            "DELETED" => new WatchStep<T>.Event(reader(subject), IsRemoval: true, version),
            "BOOKMARK" => new WatchStep<T>.Bookmark(version),
            "ERROR" => new WatchStep<T>.Broken(ApiException.FromStatus(subject, 500, null)),
            var other => throw new JsonException($"an event has the unknown type \"{other}\""),
        };
    }
}
