using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Guardrail.Simulation.ApiServer;

/// <summary>An open watch: read it from one thread, dispose it when done.</summary>
/// <remarks>A reader that falls more than <see cref="Limit"/> events behind is cut off; its stream ends.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "It is a watch, not a collection.")]
public sealed class StoreWatch : IAsyncEnumerable<StoreEvent>, IDisposable
{
    /// <summary>Events a reader may be behind.</summary>
    public const int Limit = 100_000;

    private readonly Channel<StoreEvent> channel =
        Channel.CreateBounded<StoreEvent>(new BoundedChannelOptions(Limit) { SingleReader = true });

    private readonly string? ns;
    private readonly ObjectSelector selector;
    private readonly Action<StoreWatch> closed;

    internal StoreWatch(string? ns, ObjectSelector selector, long version, Action<StoreWatch> closed)
    {
        this.ns = ns;
        this.selector = selector;
        this.closed = closed;
        StartVersion = version;
    }

    /// <summary>The version after which changes are told.</summary>
    public long StartVersion { get; }

    /// <summary>Takes the next change if there is one already.</summary>
    public bool TryRead([MaybeNullWhen(false)] out StoreEvent change) => channel.Reader.TryRead(out change);

    /// <summary>Waits for a change; false when the watch has ended.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => channel.Reader.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerator<StoreEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        channel.Reader.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Ends the watch.</summary>
    public void Dispose()
    {
        closed(this);
        End();
    }

    internal void End() => channel.Writer.TryComplete();

    internal void Offer(StoreEvent change)
    {
        if (change.Version > StartVersion && View(change) is { } seen && !channel.Writer.TryWrite(seen))
        {
            End();
        }
    }

    internal void OfferInitial(StoreEvent change) => channel.Writer.TryWrite(change);

    private StoreEvent? View(StoreEvent change)
    {
        if (ns is { Length: > 0 } && !string.Equals(ns, change.Namespace, StringComparison.Ordinal))
        {
            return null;
        }

        if (selector.IsEverything)
        {
            return change;
        }

        var before = change.Previous is not null && selector.Matches(change.Previous);
        var after = change.Change != StoreChange.Deleted && selector.Matches(change.Item);
        return (before, after) switch
        {
            (false, false) => null,
            (false, true) => change with { Change = StoreChange.Added },
            (true, true) => change,
            (true, false) when change.Change == StoreChange.Deleted => change,
            _ => Left(change),
        };
    }

    /// <summary>An object that left the selector is told with its old content and the new version (recording 04b).</summary>
    private static StoreEvent Left(StoreEvent change)
    {
        var old = (JsonObject)change.Previous!.DeepClone();
        old["metadata"]!["resourceVersion"] = (string?)change.Item["metadata"]!["resourceVersion"];
        return change with { Change = StoreChange.Deleted, Item = old, Stored = null };
    }
}
