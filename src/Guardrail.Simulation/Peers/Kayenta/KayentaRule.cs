using System.Globalization;
using System.Runtime.InteropServices;

namespace Guardrail.Simulation.Peers.Kayenta;

/// <summary>
/// Kayenta's NetflixACAJudge (spinnaker/kayenta a69573b) on the error rate, and on the 99th percentile where latency is measured:
/// one point a minute and arm, judged at every interval, failed below the marginal score and, at the end, below the pass score.
/// </summary>
public sealed class KayentaRule : PeerRule
{
    private static readonly Dictionary<string, double> NoWeights = [];

    private readonly KayentaOptions options;
    private readonly MetricClassifier errors;
    private readonly MetricClassifier latency;
    private readonly ArmSeries control;
    private readonly ArmSeries canary;
    private int judged;

    /// <summary>Makes the rule.</summary>
    /// <param name="options">The analysis.</param>
    public KayentaRule(KayentaOptions options)
    {
        this.options = options;
        errors = new(new() { Group = "errors", Direction = MetricDirection.Increase, ReplaceNaN = true, AllowedIncrease = options.AllowedIncrease });
        latency = new(new() { Group = "latency", Direction = MetricDirection.Increase, AllowedIncrease = options.AllowedIncrease });
        control = new(options.StepSeconds);
        canary = new(options.StepSeconds);
    }

    /// <inheritdoc/>
    public override string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"Kayenta {options.IntervalMinutes} min {(options.LookbackMinutes == 0 ? "growing" : "sliding")}, {options.Pass}/{options.Marginal}");

    /// <summary>The rule, turned by the ratio of the means that it tolerates.</summary>
    public static PeerFamily Family(KayentaOptions options) => new(
        new KayentaRule(options).Name,
        "effectSize.allowedIncrease",
        1,
        [1, 1.05, 1.1, 1.25, 1.5, 2, 3, 5, 10, 30],
        increase => new KayentaRule(options with { AllowedIncrease = increase }));

    /// <summary>The rule on the share of requests without a good event, whose ratio of means can grow but little.</summary>
    public static PeerFamily BusinessFamily(KayentaOptions options) => new(
        new KayentaRule(options).Name,
        "effectSize.allowedIncrease",
        1,
        [1, 1.002, 1.005, 1.01, 1.02, 1.03, 1.05, 1.1],
        increase => new KayentaRule(options with { AllowedIncrease = increase }));

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        control.Add(tick.End, tick.Control, tick.Edges);
        if (!canary.Add(tick.End, tick.Canary, tick.Edges))
        {
            return PeerDecision.Undecided;
        }

        var minutes = canary.Errors.Count * options.StepSeconds / 60;
        if (minutes < (judged + 1) * options.IntervalMinutes)
        {
            return PeerDecision.Undecided;
        }

        judged++;
        var isLast = minutes >= options.LifetimeMinutes;
        var score = Score();
        return score < options.Marginal || (isLast && score < options.Pass) ? PeerDecision.RollBack : PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        control.Clear();
        canary.Clear();
        judged = 0;
    }

    private double Score()
    {
        List<ScoredMetric> metrics = [new("errors", errors.Classify(Look(control.Errors), Look(canary.Errors)))];
        if (canary.Slowest.Count > 0)
        {
            metrics.Add(new("latency", latency.Classify(Look(control.Slowest), Look(canary.Slowest))));
        }

        return CanaryScore.Of(metrics, NoWeights);
    }

    private ReadOnlySpan<double> Look(List<double> series)
    {
        var all = CollectionsMarshal.AsSpan(series);
        var back = (int)(options.LookbackMinutes * 60 / options.StepSeconds);
        return back == 0 || back >= all.Length ? all : all[^back..];
    }
}
