using System.Collections.Immutable;

namespace Guardrail.Simulation.Drills;

/// <summary>A drill under way. All times are virtual and count from the moment at which the participants came in.</summary>
public interface IDrillSession
{
    /// <summary>Up to when it has been played.</summary>
    TimeSpan Now { get; }

    /// <summary>Until when the next tick plays.</summary>
    TimeSpan NextTick { get; }

    /// <summary>Whether its whole length has been played.</summary>
    bool IsOver { get; }

    /// <summary>Whether something bad was rolled out, none of it serves any more since a minute, and nothing is to come.</summary>
    bool IsSettled { get; }

    /// <summary>What the participants see now, callers before those that they call.</summary>
    ImmutableArray<ServiceSight> Sights { get; }

    /// <summary>Commands so far, in order of time.</summary>
    ImmutableArray<DrillStep> Steps { get; }

    /// <summary>Plays the next tick.</summary>
    /// <param name="given">Commands given since its beginning and before its end, in order of time.</param>
    /// <returns>What participants get to know, in order of time.</returns>
    ImmutableArray<DrillNews> Advance(IReadOnlyList<DrillStep> given);

    /// <summary>What Guardrail believes now.</summary>
    /// <param name="service">Of which service; null for all that are being rolled out.</param>
    ImmutableArray<DrillNews> Ask(string? service);
}
