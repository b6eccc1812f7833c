using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Scenarios;

/// <summary>How the counters of the pods are read.</summary>
public sealed record Observing
{
    /// <summary>Distance between two reads, 1 s to 60 s; also the policies' tick. Default 5 s.</summary>
    public TimeSpan Interval { get; init => field = Bounds.Positive(value, nameof(Interval)); } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The same while no rollout is watched and none begins within it: saves time in scenarios of days. Null reads always alike. Default null.
    /// </summary>
    public TimeSpan? QuietInterval { get; init; }

    /// <summary>Share of scrapes that fail, 0 to 1. Default 0.</summary>
    public double Missed { get; init => field = Bounds.Fraction(value, nameof(Missed)); }
}
