using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Watching;

/// <summary>How a watch behaves in time.</summary>
public sealed record WatchOptions
{
    /// <summary>Clock of every limit and pause.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Seed of the back-off's jitter.</summary>
    public int Seed { get; init; }

    /// <summary>How long the server is asked to keep one watch open (timeoutSeconds). Default 300 s.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long a watch may last at most; beyond it the connection is taken for dead. Default 330 s.</summary>
    public TimeSpan SessionLimit { get; init; } = TimeSpan.FromSeconds(330);

    /// <summary>How long one page of a list, or the beginning of a watch, may take. Default 60 s.</summary>
    public TimeSpan RequestLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Objects of one page of a list. Default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>First pause after a fault; doubled with every further one. Default 0.5 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause after a fault. Default 30 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Rights named when one is missing; null for get, list and watch on the resource itself.</summary>
    public IReadOnlyList<AccessRule>? Rights { get; init; }
}
