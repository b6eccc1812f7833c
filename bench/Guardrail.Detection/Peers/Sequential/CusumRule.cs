using System.Globalization;
using Guardrail.Simulation.Peers;

namespace Guardrail.Detection.Peers.Sequential;

/// <summary>
/// Page's CUSUM (1954) on the canary's bad requests against the baseline's rate so far: C = max(0, C + x·ln r − μ·(r − 1)), taken back
/// at a threshold. Poisson; no correction for bursts, shared drift or an uncertain baseline.
/// </summary>
/// <param name="threshold">C at which the release is taken back, above 0.</param>
/// <param name="ratio">r: the ratio of the rates it is tuned to find, above 1.</param>
/// <param name="bad">Which requests are bad.</param>
public sealed class CusumRule(double threshold, double ratio, BadEvents bad) : PeerRule
{
    private readonly EventCounts counts = new(bad);
    private double sum;

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"CUSUM r={ratio}, h={threshold}");

    /// <summary>The rule, turned by its threshold; the default ln 1000 makes a false alarm about as rare as 1 in 1,000 ticks.</summary>
    public static PeerFamily Family(double ratio, BadEvents bad) => new(
        string.Create(CultureInfo.InvariantCulture, $"CUSUM r={ratio}"),
        "threshold h",
        6.908,
        [3, 4.605, 6.908, 9.21, 11.5, 15, 20, 30, 50, 100, 300],
        h => new CusumRule(h, ratio, bad));

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        // Half an event more than were seen keeps the baseline above 0 before the first one.
        var rate = (counts.ControlBad + 0.5) / (counts.ControlRequests + 1.0);
        if (counts.ControlRequests > 0)
        {
            var expected = rate * tick.Canary.Requests;
            sum = Math.Max(0, sum + (bad.Of(tick.Canary) * Math.Log(ratio)) - (expected * (ratio - 1)));
        }

        counts.Add(tick);
        return sum >= threshold ? PeerDecision.RollBack : PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        counts.Clear();
        sum = 0;
    }
}
