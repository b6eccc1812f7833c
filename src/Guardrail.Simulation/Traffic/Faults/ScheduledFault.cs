using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Traffic.Faults;

/// <summary>A fault, when it acts and on what.</summary>
public sealed record ScheduledFault
{
    /// <summary>Schedules a fault.</summary>
    /// <param name="fault">The fault.</param>
    public ScheduledFault(Fault fault) => Fault = fault;

    /// <summary>The fault.</summary>
    public Fault Fault { get; }

    /// <summary>Delay from the revision's first pod (for a shared fault: from the start) until the fault acts. Default 0.</summary>
    public TimeSpan Onset { get; init => field = Bounds.NotNegative(value, nameof(Onset)); }

    /// <summary>How long it acts; null for good. Default null.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What it acts on. Default everything.</summary>
    public FaultScope Scope { get; init; } = FaultScope.Whole;

    /// <summary>Whether the fault acts at a time, and for how long already.</summary>
    /// <param name="sinceOrigin">Time since the origin of the schedule.</param>
    /// <param name="acting">Time since the onset.</param>
    internal bool Acts(TimeSpan sinceOrigin, out TimeSpan acting)
    {
        acting = sinceOrigin - Onset;
        return acting >= TimeSpan.Zero && (Duration is not { } duration || acting < duration);
    }
}

/// <summary>What a fault acts on. Closed: everything, some pods of the revision, or one route.</summary>
public abstract record FaultScope
{
    private FaultScope()
    {
    }

    /// <summary>Every pod and route.</summary>
    public static FaultScope Whole { get; } = new Everything();

    /// <summary>Every pod and route.</summary>
    public sealed record Everything : FaultScope;

    /// <summary>The first pods of the revision only; replacements of them are well.</summary>
    public sealed record FirstPods : FaultScope
    {
        /// <summary>Makes the scope.</summary>
        /// <param name="count">How many pods, at least 1.</param>
        public FirstPods(int count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
            Count = count;
        }

        /// <summary>How many pods.</summary>
        public int Count { get; }
    }

    /// <summary>One route only.</summary>
    /// <param name="Name">Name of the route.</param>
    public sealed record OneRoute(string Name) : FaultScope;

    internal bool HitsPod(int ordinal) => this is not FirstPods first || ordinal < first.Count;

    internal bool HitsRoute(string route) => this is not OneRoute one || string.Equals(one.Name, route, StringComparison.Ordinal);
}
