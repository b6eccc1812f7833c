using System.Collections.Immutable;

namespace Guardrail.Kubernetes.Watching;

/// <summary>
/// One message of a watch. Closed. Consumers hold their own state and compare: what was deleted during a gap is missing in the next
/// snapshot.
/// </summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
public abstract record ResourceChange<T>
    where T : class
{
    private ResourceChange()
    {
    }

    /// <summary>
    /// All objects as they are; replaces what was known. Sent first, and again whenever the server no longer knows the last version.
    /// </summary>
    /// <param name="Items">Every object.</param>
    public sealed record Snapshot(ImmutableArray<T> Items) : ResourceChange<T>;

    /// <summary>One object as it is now, new or changed.</summary>
    /// <param name="Item">The object.</param>
    public sealed record Changed(T Item) : ResourceChange<T>;

    /// <summary>An object that is gone or has left the selector.</summary>
    /// <param name="Item">The object as it was last.</param>
    public sealed record Removed(T Item) : ResourceChange<T>;

    /// <summary>The server cannot be reached or does not answer as it should; what is known may be old.</summary>
    /// <param name="Reason">Why, in one sentence for people; a missing permission is followed by the Role to apply.</param>
    /// <param name="IsPermanent">Whether only a person can help (a missing permission or resource). It is retried all the same.</param>
    public sealed record Interrupted(string Reason, bool IsPermanent) : ResourceChange<T>;

    /// <summary>The watch goes on after an interruption, from the version it had come to: nothing was missed.</summary>
    public sealed record Resumed : ResourceChange<T>;
}
