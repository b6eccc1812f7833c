using System.Collections.Immutable;

namespace Guardrail.Simulation.Drills;

/// <summary>What whoever is on call sees of a service now: its last half minute, and what the cluster runs.</summary>
public sealed record ServiceSight
{
    /// <summary>The service.</summary>
    public required string Service { get; init; }

    /// <summary>Whether nothing can be read of it now; the numbers are then the last that were.</summary>
    public bool IsBlind { get; init; }

    /// <summary>Requests answered per second.</summary>
    public double RequestsPerSecond { get; init; }

    /// <summary>Share of them answered 5xx; null without requests.</summary>
    public double? ErrorShare { get; init; }

    /// <summary>95th percentile of their duration in seconds; null without requests, or when it is not measured.</summary>
    public double? P95 { get; init; }

    /// <summary>Orders per minute; null when it takes none.</summary>
    public double? OrdersPerMinute { get; init; }

    /// <summary>Container restarts in the last minute.</summary>
    public int Restarts { get; init; }

    /// <summary>Pods asked for; null while it is deleted.</summary>
    public int? Wanted { get; init; }

    /// <summary>Ready pods by revision, in ascending number of revision; those of which there is no pod are left out.</summary>
    public ImmutableArray<(string Revision, int Ready, int All)> Pods { get; init; } = [];

    /// <summary>Revision that it is asked to run; empty while it is deleted.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Whether its rollout is paused.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Whether an alert of it stands.</summary>
    public bool HasAlert { get; init; }
}
