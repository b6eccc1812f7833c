using System.Globalization;
using Guardrail.Simulation.Peers;

namespace Guardrail.Detection.Peers.Sequential;

/// <summary>
/// Netflix' sequential test of latency distributions (Lindon, Sanden, Shirikian, KDD 2022) on the edges of a histogram: taken back
/// when the canary's distribution function lies below the baseline's by more than both bands. Errors are invisible to it.
/// </summary>
public sealed class DkwRule : PeerRule
{
    private readonly SlidingCounts control = new(double.PositiveInfinity);
    private readonly SlidingCounts canary = new(double.PositiveInfinity);
    private readonly double alpha;
    private readonly DkwBand band;

    /// <summary>Makes the rule.</summary>
    /// <param name="alpha">Level of the whole test, half of it for each arm's band.</param>
    /// <param name="start">m: observations from which on the bands hold. Default 50.</param>
    public DkwRule(double alpha, double start = 50)
    {
        this.alpha = alpha;
        band = new(alpha / 2, start);
    }

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"DKW bands, α={alpha}");

    /// <summary>The rule, turned by its level.</summary>
    public static PeerFamily Family() => new("DKW bands", "α", 0.01, Levels.Ladder, alpha => new DkwRule(alpha));

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        control.Add(tick.End, tick.Length, tick.Control);
        canary.Add(tick.End, tick.Length, tick.Canary);
        var width = band.Width(control.Requests) + band.Width(canary.Requests);
        if (width > 1)
        {
            return PeerDecision.Undecided;
        }

        for (var i = 0; i < Math.Min(control.Slower.Length, canary.Slower.Length); i++)
        {
            if (((double)canary.Slower[i] / canary.Requests) - ((double)control.Slower[i] / control.Requests) > width)
            {
                return PeerDecision.RollBack;
            }
        }

        return PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        control.Clear();
        canary.Clear();
    }
}
