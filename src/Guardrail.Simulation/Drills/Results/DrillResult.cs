using System.Collections.Immutable;

namespace Guardrail.Simulation.Drills;

/// <summary>A drill as its file keeps it: enough to play it again, and its score.</summary>
public sealed record DrillResult
{
    /// <summary>Kind of the document.</summary>
    public const string Kind = "DrillResult";

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Version of Guardrail that played it.</summary>
    public required string Version { get; init; }

    /// <summary>Name of the scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>How the scenario was named at the command line.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of the scenario's text.</summary>
    public required string Digest { get; init; }

    /// <summary>Seed of all randomness.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Where in the scenario the participants came in.</summary>
    public required TimeSpan Begins { get; init; }

    /// <summary>Virtual time over which requests were counted.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>What Guardrail did in it.</summary>
    public required DrillGuardrail Guardrail { get; init; }

    /// <summary>Virtual seconds per second; 0 when it was played at once, from a script.</summary>
    public required double Speed { get; init; }

    /// <summary>Whether it was played in an embedded cluster, before the daemon: then it cannot be replayed. Default false.</summary>
    public bool IsLive { get; init; }

    /// <summary>Who took part.</summary>
    public required ImmutableArray<string> Participants { get; init; }

    /// <summary>Who led.</summary>
    public required string Lead { get; init; }

    /// <summary>What was said and done, in order of time.</summary>
    public required ImmutableArray<DrillStep> Steps { get; init; }

    /// <summary>When it was over for the participants.</summary>
    public required TimeSpan EndedAt { get; init; }

    /// <summary>How it went.</summary>
    public required DrillScore Score { get; init; }

    /// <summary>The plan by which it is played again.</summary>
    /// <param name="scenario">The scenario.</param>
    public DrillPlan Plan(Scenarios.Scenario scenario) => new()
    {
        Scenario = scenario,
        Source = Source,
        Digest = Digest,
        Seed = Seed,
        Guardrail = Guardrail,
        Participants = Participants,
        Lead = Lead,
        Begins = Begins,
        Length = Length,
    };
}
