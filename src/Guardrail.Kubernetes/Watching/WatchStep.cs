namespace Guardrail.Kubernetes.Watching;

/// <summary>What a session of a watch came to next. Closed.</summary>
internal abstract record WatchStep<T>
    where T : class
{
    private WatchStep()
    {
    }

    /// <summary>An event of an object.</summary>
    internal sealed record Event(T Item, bool IsRemoval, string? Version) : WatchStep<T>;

    /// <summary>Only the version has moved.</summary>
    internal sealed record Bookmark(string? Version) : WatchStep<T>;

    /// <summary>The server ended the session, as it does after timeoutSeconds.</summary>
    internal sealed record Ended : WatchStep<T>;

    /// <summary>The session did not end when it should have: the connection is dead.</summary>
    internal sealed record Hung : WatchStep<T>;

    /// <summary>The session broke.</summary>
    internal sealed record Broken(Exception Fault) : WatchStep<T>;
}
