using System.Collections.Immutable;
using System.Globalization;

namespace Guardrail.Simulation.Peers.Flagger;

/// <summary>
/// Flagger's progressive delivery (fluxcd/flagger 15bd6ad, pkg/controller/scheduler.go and scheduler_metrics.go). The first reconcile
/// only routes traffic. Every later one first looks whether enough checks have failed and then rolls back; otherwise it checks the
/// metrics in order and stops at the first that fails or has no data, which adds one failed check. Failed checks never go away.
/// </summary>
public sealed class FlaggerRule : PeerRule
{
    private const double FloorSeconds = 10;

    private static readonly ImmutableArray<double> SuccessLadder =
        [99.99, 99.95, 99.9, 99.85, 99.8, 99.7, 99.5, 99.3, 99, 98.5, 98, 97, 95, 93, 90, 85, 80, 70, 50, 20];

    private static readonly ImmutableArray<double> DurationLadder = [300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1500, 2000, 3000, 5000, 9000];

    private readonly FlaggerOptions options;
    private readonly SlidingCounts window;
    private readonly double interval;
    private double next;

    /// <summary>Makes the rule.</summary>
    /// <param name="options">The analysis.</param>
    public FlaggerRule(FlaggerOptions options)
    {
        this.options = options;
        interval = Math.Max(FloorSeconds, options.Interval);
        window = new(options.MetricInterval);
        next = interval;
    }

    /// <inheritdoc/>
    public override string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"{FamilyName(options)}, {options.SuccessPercent} %");

    /// <summary>Failed checks so far.</summary>
    public int FailedChecks { get; private set; }

    /// <summary>The rule, turned by the success rate it asks for.</summary>
    public static PeerFamily Family(FlaggerOptions options) => new(
        FamilyName(options),
        "request-success-rate min",
        options.SuccessPercent,
        SuccessLadder,
        percent => new FlaggerRule(options with { SuccessPercent = percent }));

    /// <summary>The rule, turned by the latency it allows.</summary>
    public static PeerFamily LatencyFamily(FlaggerOptions options) => new(
        FamilyName(options),
        "request-duration max (ms)",
        options.DurationMilliseconds,
        DurationLadder,
        limit => new FlaggerRule(options with { DurationMilliseconds = limit }));

    /// <summary>The rule on the share of requests with a good event, turned by the share of the usual rate it asks for.</summary>
    /// <param name="options">The analysis.</param>
    /// <param name="usual">Good events per request of a healthy service.</param>
    public static PeerFamily BusinessFamily(FlaggerOptions options, double usual) => new(
        FamilyName(options),
        "thresholdRange.min, share of the usual",
        GoodEvents.Default,
        GoodEvents.Ladder,
        share => new FlaggerRule(options with { SuccessPercent = 100 * share * usual }));

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        window.Add(tick.End, tick.Length, tick.Canary);
        if (tick.End + 0.001 < next)
        {
            return PeerDecision.Undecided;
        }

        next += interval;
        if (FailedChecks >= options.Threshold)
        {
            return PeerDecision.RollBack;
        }

        if (!Passes(tick.Edges))
        {
            FailedChecks++;
        }

        return PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        window.Clear();
        (FailedChecks, next) = (0, interval);
    }

    private static string FamilyName(FlaggerOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"Flagger, threshold {options.Threshold}{(options.Interval == 60 ? string.Empty : $", every {options.Interval} s")}{(options.MetricInterval == 60 ? string.Empty : $" over {options.MetricInterval} s")}");

    private bool Passes(ReadOnlySpan<double> edges)
    {
        // No series, or 0/0: "no values found", which halts the advancement like a failure.
        if (!(window.SuccessRatio * 100 >= options.SuccessPercent))
        {
            return false;
        }

        if (edges.IsEmpty)
        {
            return true;
        }

        // The observer cuts the milliseconds to a whole number before it compares.
        var duration = HistogramQuantile.Of(0.99, edges, window.Requests, window.Slower) * 1000;
        return Math.Truncate(duration) <= options.DurationMilliseconds;
    }
}
