using System.Globalization;
using Guardrail.Simulation.Peers;

namespace Guardrail.Detection.Peers.Sequential;

/// <summary>A one-sided two-proportion z-test on cumulative counts, looked at after every tick as if it were the only look.</summary>
/// <param name="critical">z beyond which the release is taken back, above 0.</param>
/// <param name="bad">Which requests are bad.</param>
public sealed class PeekingRule(double critical, BadEvents bad) : PeerRule
{
    private readonly EventCounts counts = new(bad);

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"z-test every tick, z>{critical:0.##}");

    /// <summary>The rule, turned by its critical value; the default is that of a single test at 1 %.</summary>
    public static PeerFamily Family(BadEvents bad) => new(
        "z-test every tick", "critical z", 2.326, [1.645, 2.326, 2.576, 3.09, 3.5, 4, 4.5, 5, 6, 8, 12, 20], z => new PeekingRule(z, bad));

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        counts.Add(tick);
        var variance = counts.PooledVariance;
        return variance > 0 && counts.Difference > critical * Math.Sqrt(variance) ? PeerDecision.RollBack : PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget() => counts.Clear();
}
