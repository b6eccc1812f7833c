using System.Collections.Immutable;

namespace Guardrail.Simulation.Peers;

/// <summary>
/// How rules with a limit on a rate watch good events (orders): a request without one takes the place of an error, and the limit is a share
/// of the usual rate.
/// </summary>
internal static class GoodEvents
{
    /// <summary>The limit that nobody has tuned: nine tenths of the usual.</summary>
    public const double Default = 0.9;

    /// <summary>Limits, from the one that fires most easily.</summary>
    public static ImmutableArray<double> Ladder { get; } = [0.99, 0.98, 0.97, 0.96, 0.95, 0.94, 0.92, 0.9, 0.87, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.3];
}
