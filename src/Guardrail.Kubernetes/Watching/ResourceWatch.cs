using System.Runtime.CompilerServices;
using System.Text.Json;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Watching;

/// <summary>
/// Follows one collection of the API for as long as it is asked to: lists it (all pages, one snapshot), watches from the list's version,
/// remembers the version of every event, lists again when that is gone (410, in the stream or as HTTP status), and after other faults
/// pauses and goes on from the last version. It asks nothing of the server while nothing changes.
/// </summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
/// <param name="api">The connection.</param>
/// <param name="path">The collection.</param>
/// <param name="reader">Takes from an object what is kept of it. A JsonException counts as a fault.</param>
/// <param name="options">How the watch behaves in time.</param>
public sealed class ResourceWatch<T>(ApiClient api, ResourcePath path, Func<JsonElement, T> reader, WatchOptions options)
    where T : class
{
    private readonly BackOff backOff = new(options);
    private string? version;
    private bool interrupted;
    private int expiredInARow;

    /// <summary>
    /// Follows the collection until cancelled; then, and only then, it throws <see cref="OperationCanceledException"/>. Call once.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<ResourceChange<T>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (version is null)
            {
                var (snapshot, fault) = await ListAsync(cancellationToken);
                if (fault is ApiException { IsExpired: true })
                {
                    // The version of the list's pages is gone: begin the list again.
                    await PauseUnlessFirstAsync(cancellationToken);
                    continue;
                }

                if (fault is not null)
                {
                    yield return Interrupt(fault);
                    await PauseAsync(fault, cancellationToken);
                    continue;
                }

                interrupted = false;
                yield return snapshot!;
            }

            await using var session = await WatchSession<T>.OpenAsync(api, path, version!, reader, options, cancellationToken);
            if (session.Fault is null && interrupted)
            {
                interrupted = false;
                yield return new ResourceChange<T>.Resumed();
            }

            var opened = options.TimeProvider.GetTimestamp();
            var step = session.Fault is { } refused ? new WatchStep<T>.Broken(refused) : await session.NextAsync(cancellationToken);
            while (Advance(step))
            {
                if (step is WatchStep<T>.Event change)
                {
                    yield return change.IsRemoval ? new ResourceChange<T>.Removed(change.Item) : new ResourceChange<T>.Changed(change.Item);
                }

                step = await session.NextAsync(cancellationToken);
            }

            switch (step)
            {
                case WatchStep<T>.Broken { Fault: ApiException { IsExpired: true } }:
                    version = null;
                    await PauseUnlessFirstAsync(cancellationToken);
                    break;
                case WatchStep<T>.Broken broken:
                    yield return Interrupt(broken.Fault);
                    // An event that cannot be read comes again from the same version; a list may not hold it.
                    version = broken.Fault is JsonException ? null : version;
                    await PauseAsync(broken.Fault, cancellationToken);
                    break;
                case WatchStep<T>.Hung:
                    interrupted = true;
                    yield return new ResourceChange<T>.Interrupted(
                        $"The watch of {path} was silent beyond its end; the connection was dead.", IsPermanent: false);
                    break;
                default:
                    // A server (or proxy) that ends every watch at once must not be asked in a tight loop.
                    if (options.TimeProvider.GetElapsedTime(opened) < TimeSpan.FromSeconds(1))
                    {
                        await PauseAsync(null, cancellationToken);
                    }

                    break;
            }
        }
    }

    /// <summary>Takes in the version of a step; whether the session goes on after it.</summary>
    private bool Advance(WatchStep<T> step)
    {
        var (goesOn, next) = step switch
        {
            WatchStep<T>.Event change => (true, change.Version),
            WatchStep<T>.Bookmark bookmark => (true, bookmark.Version),
            _ => (false, null),
        };
        if (goesOn)
        {
            version = next is { Length: > 0 } ? next : version;
            expiredInARow = 0;
            backOff.Reset();
        }

        return goesOn;
    }

    private async Task<(ResourceChange<T>? Snapshot, Exception? Fault)> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (items, listed) = await ResourceList.ReadAsync(api, path, reader, options, cancellationToken);
            version = listed;
            return (new ResourceChange<T>.Snapshot(items), null);
        }
        catch (Exception fault) when (ApiFaults.IsOne(fault) && !cancellationToken.IsCancellationRequested)
        {
            return (null, fault);
        }
    }

    private ResourceChange<T>.Interrupted Interrupt(Exception fault)
    {
        interrupted = true;
        var reason = fault is ApiException { IsMissingPermission: true } refused
            ? AccessRule.Missing(refused, options.Rights ?? [new AccessRule(path.Group, path.Plural, "get", "list", "watch")],
                path.Namespace)
            : $"The watch of {path} was interrupted. {ApiFaults.Describe(fault, options.RequestLimit)}";
        return new ResourceChange<T>.Interrupted(reason, fault is ApiException { Code: 403 or 404 });
    }

    private async Task PauseUnlessFirstAsync(CancellationToken cancellationToken)
    {
        if (++expiredInARow > 1)
        {
            await PauseAsync(null, cancellationToken);
        }
    }

    private Task PauseAsync(Exception? fault, CancellationToken cancellationToken) =>
        Task.Delay(backOff.Next((fault as ApiException)?.RetryAfter), options.TimeProvider, cancellationToken);
}
