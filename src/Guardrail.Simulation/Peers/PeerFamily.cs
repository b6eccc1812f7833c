using System.Collections.Immutable;

namespace Guardrail.Simulation.Peers;

/// <summary>
/// A rule with its one tuning knob left open, so that rules can be compared at equal false-rollback rates and not only at defaults.
/// </summary>
/// <param name="Name">Name for people.</param>
/// <param name="Knob">What is turned, in the tool's own words.</param>
/// <param name="Default">The knob's value as the tool or its documentation sets it.</param>
/// <param name="Ladder">Values to try, from the one that fires most easily to the one that fires least.</param>
/// <param name="Make">Makes the rule for a value of the knob.</param>
public sealed record PeerFamily(string Name, string Knob, double Default, ImmutableArray<double> Ladder, Func<double, IPeerRule> Make)
{
    /// <summary>The rule at its default.</summary>
    public IPeerRule AtDefault() => Make(Default);
}
