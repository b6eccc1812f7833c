using System.Collections.Immutable;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Policies;

namespace Guardrail.Engine.Rollouts;

/// <summary>What was usual for a signal before a rollout.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="Edges">Upper histogram edges in seconds; empty when the signal has exactly one event.</param>
/// <param name="Rates">For each event the highest share of requests that the history leaves plausible.</param>
/// <param name="Scatter">For each event the dispersion of its counts.</param>
public sealed record UsualLevel(SignalId Signal, ImmutableArray<double> Edges, ImmutableArray<double> Rates, ImmutableArray<double> Scatter)
{
    /// <summary>Fewest requests from which anything is known of what is usual.</summary>
    private const int FewestRequests = 200;

    /// <summary>Takes it from a signal as it is now; null when too little is known of it, or it counts good events.</summary>
    internal static UsualLevel? Of(SignalTrack track)
    {
        if (track.Baseline.Total < FewestRequests || track.Signal is SignalDefinition.Business)
        {
            return null;
        }

        var events = Enumerable.Range(0, track.Ledger.Events);
        return new(
            track.Signal.Id,
            track.Ledger.Edges.IsDefaultOrEmpty ? [] : track.Ledger.Edges,
            [.. events.Select(track.Baseline.UpperRate)],
            [.. events.Select(track.Baseline.Scatter)]);
    }
}
