using System.Collections.Immutable;

namespace Guardrail.Detection.Peers.Sequential;

/// <summary>Levels that a test is tuned over.</summary>
public static class Levels
{
    /// <summary>From the one that fires most easily to the one that fires least.</summary>
    public static ImmutableArray<double> Ladder { get; } = [0.1, 0.05, 0.02, 0.01, 0.005, 0.001, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-15, 1e-20, 1e-30];
}
