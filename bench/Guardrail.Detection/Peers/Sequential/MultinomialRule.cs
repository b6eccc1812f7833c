using System.Globalization;
using Guardrail.Simulation.Peers;

namespace Guardrail.Detection.Peers.Sequential;

/// <summary>
/// Lindon and Malek's sequential multinomial test (NeurIPS 2022) with two arms: which arm did the bad events so far fall into,
/// against the planned split? Dirichlet prior k·θ0. Two-sided; taken back only when the canary has more than its share.
/// </summary>
/// <param name="concentration">k, above 0; the paper's default is 100.</param>
/// <param name="plannedShare">Share of traffic that the canary was planned to have, between 0 and 1.</param>
/// <param name="alpha">Level, between 0 and 1.</param>
/// <param name="bad">Which requests are bad.</param>
public sealed class MultinomialRule(double concentration, double plannedShare, double alpha, BadEvents bad) : PeerRule
{
    private readonly EventCounts counts = new(bad);

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"Lindon–Malek k={concentration}, α={alpha}");

    /// <summary>The rule, turned by its level.</summary>
    public static PeerFamily Family(double concentration, double plannedShare, BadEvents bad) => new(
        string.Create(CultureInfo.InvariantCulture, $"Lindon–Malek k={concentration}"),
        "α",
        0.01,
        Levels.Ladder,
        alpha => new MultinomialRule(concentration, plannedShare, alpha, bad));

    /// <summary>ln E: how much likelier the counts are under the Dirichlet mixture than under θ0.</summary>
    /// <param name="counts">Events of each arm.</param>
    /// <param name="theta">θ0, above 0 and summing to 1.</param>
    /// <param name="concentration">k.</param>
    public static double LogEvidence(ReadOnlySpan<long> counts, ReadOnlySpan<double> theta, double concentration)
    {
        double sum = 0;
        double evidence = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            var prior = concentration * theta[i];
            evidence += LogGamma.Of(prior + counts[i]) - LogGamma.Of(prior) - (counts[i] * Math.Log(theta[i]));
            sum += counts[i];
        }

        return evidence - LogGamma.Of(concentration + sum) + LogGamma.Of(concentration);
    }

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        counts.Add(tick);
        var all = counts.CanaryBad + counts.ControlBad;
        if (all == 0 || counts.CanaryBad <= plannedShare * all)
        {
            return PeerDecision.Undecided;
        }

        var evidence = LogEvidence([counts.ControlBad, counts.CanaryBad], [1 - plannedShare, plannedShare], concentration);
        return evidence >= -Math.Log(alpha) ? PeerDecision.RollBack : PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget() => counts.Clear();
}
