using System.Globalization;
using Guardrail.Simulation.Peers;

namespace Guardrail.Detection.Peers.Sequential;

/// <summary>
/// Mixture sequential probability ratio test on the difference of two rates (Johari, Pekelis, Walsh 2017, "Always valid inference"):
/// Λ = sqrt(V/(V+τ²))·exp(τ²Δ²/(2V(V+τ²))) on cumulative counts; takes the release back when Λ ≥ 1/α and the canary is the worse one.
/// </summary>
/// <param name="tau">Standard deviation of the prior on the difference, a share of requests above 0.</param>
/// <param name="alpha">Level, between 0 and 1.</param>
/// <param name="bad">Which requests are bad.</param>
public sealed class MixtureSprtRule(double tau, double alpha, BadEvents bad) : PeerRule
{
    private readonly EventCounts counts = new(bad);

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"mSPRT τ={tau}, α={alpha}");

    /// <summary>The rule, turned by its level.</summary>
    public static PeerFamily Family(double tau, BadEvents bad) => new(
        string.Create(CultureInfo.InvariantCulture, $"mSPRT τ={tau}"), "α", 0.01, Levels.Ladder, alpha => new MixtureSprtRule(tau, alpha, bad));

    /// <summary>ln Λ.</summary>
    /// <param name="difference">Observed difference of the rates.</param>
    /// <param name="variance">Its variance, above 0.</param>
    /// <param name="tau">Standard deviation of the prior.</param>
    public static double LogRatio(double difference, double variance, double tau)
    {
        var mixed = variance + (tau * tau);
        return (0.5 * Math.Log(variance / mixed)) + (tau * tau * difference * difference / (2 * variance * mixed));
    }

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        counts.Add(tick);
        var (difference, variance) = (counts.Difference, counts.PooledVariance);
        return difference > 0 && variance > 0 && LogRatio(difference, variance, tau) >= -Math.Log(alpha)
            ? PeerDecision.RollBack
            : PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget() => counts.Clear();
}
