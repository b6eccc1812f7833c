using System.Collections.Immutable;
using Guardrail.Cli.Simulate;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>What is asked of <c>guardrail drill start</c>.</summary>
/// <param name="Scenario">Name of the library, or path.</param>
/// <param name="Participants">Who takes part.</param>
internal sealed record DrillWishes(string Scenario, ImmutableArray<string> Participants)
{
    /// <summary>Who leads and speaks first; null for the first participant.</summary>
    public string? Lead { get; init; }

    /// <summary>Virtual seconds per second; 0 plays at once what standard input holds.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>What Guardrail does.</summary>
    public DrillGuardrail Guardrail { get; init; }

    /// <summary>Folder of the results.</summary>
    public string Results { get; init; } = "drills";

    /// <summary>Seed; null for one that nobody knows.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Longest virtual time.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>File of commands that are played at once, <c>-</c> for standard input; null when people type them.</summary>
    public string? Script { get; init; }

    /// <summary>Whether it is played in a cluster, before the daemon: an embedded one, or <see cref="Cluster"/>.</summary>
    public bool IsLive { get; init; }

    /// <summary>The test cluster that it is played in; null for none.</summary>
    public ClusterWishes? Cluster { get; init; }
}
