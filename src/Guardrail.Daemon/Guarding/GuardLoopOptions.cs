using System.Collections.Immutable;
using Guardrail.Engine.Policies;

namespace Guardrail.Daemon.Guarding;

/// <summary>What the guard loop needs to know.</summary>
/// <param name="Policies">All policies, in order of precedence.</param>
/// <param name="Backfill">How far back history is read at the start and after a gap. Default 30 min; zero reads none.</param>
public sealed record GuardLoopOptions(ImmutableArray<GuardPolicy> Policies, TimeSpan Backfill)
{
    /// <summary>How far back history is read when nothing else is said.</summary>
    public static TimeSpan DefaultBackfill { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Most rollbacks of the whole fleet. Default 3 in 10 min.</summary>
    public StormLimit FleetLimit { get; init; } = new();

    /// <summary>Distance between two reads: the shortest that any policy asks for; a policy's default while there is none.</summary>
    public TimeSpan Tick => TickOf(Policies);

    internal static TimeSpan TickOf(ImmutableArray<GuardPolicy> policies) =>
        policies.IsEmpty ? TimeSpan.FromSeconds(5) : policies.Min(p => p.Tick);
}
