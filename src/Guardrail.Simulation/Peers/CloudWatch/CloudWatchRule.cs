using System.Collections.Immutable;
using System.Globalization;

namespace Guardrail.Simulation.Peers.CloudWatch;

/// <summary>CloudWatch alarms on a canary's or a fleet's errors and latency; a deployment that watches them goes back when one is in ALARM.</summary>
/// <param name="options">The alarms.</param>
public sealed class CloudWatchRule(CloudWatchOptions options) : PeerRule
{
    private static readonly ImmutableArray<double> ErrorLadder =
        [0.0001, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8];

    private static readonly ImmutableArray<double> LatencyLadder = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 5, 9];

    private readonly AlarmMetric metric = new(options);

    /// <inheritdoc/>
    public override string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"CloudWatch {options.DatapointsToAlarm}/{options.EvaluationPeriods} of {options.Period} s, {options.Missing}, {(options.FleetWide ? "fleet" : "canary")}");

    /// <summary>The rule, turned by the share of errors it tolerates.</summary>
    public static PeerFamily Family(CloudWatchOptions options) => new(
        new CloudWatchRule(options).Name,
        "Threshold of the error alarm",
        options.ErrorsAbove,
        ErrorLadder,
        threshold => new CloudWatchRule(options with { ErrorsAbove = threshold }));

    /// <summary>The rule, turned by the 99th percentile it tolerates, in seconds.</summary>
    public static PeerFamily LatencyFamily(CloudWatchOptions options) => new(
        new CloudWatchRule(options).Name,
        "Threshold of the p99 alarm (s)",
        options.SlowestAbove,
        LatencyLadder,
        threshold => new CloudWatchRule(options with { SlowestAbove = threshold }));

    /// <summary>The rule on the share of requests without a good event, turned by how many fewer than usual it tolerates.</summary>
    /// <param name="options">The alarm.</param>
    /// <param name="usual">Good events per request of a healthy service.</param>
    public static PeerFamily BusinessFamily(CloudWatchOptions options, double usual) => new(
        new CloudWatchRule(options).Name,
        "Threshold of the alarm, share of the usual",
        GoodEvents.Default,
        GoodEvents.Ladder,
        share => new CloudWatchRule(options with { ErrorsAbove = 1 - (share * usual) }));

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        if (!metric.Add(tick))
        {
            return PeerDecision.Undecided;
        }

        var points = metric.Datapoints;
        Span<bool?> breaching = stackalloc bool?[points.Count];
        for (var i = 0; i < points.Count; i++)
        {
            breaching[i] = points[i].Requests == 0 ? null : (double)points[i].Errors / points[i].Requests > options.ErrorsAbove;
        }

        if (IsAlarm(breaching))
        {
            return PeerDecision.RollBack;
        }

        if (tick.Edges.IsEmpty)
        {
            return PeerDecision.Undecided;
        }

        for (var i = 0; i < points.Count; i++)
        {
            breaching[i] = points[i].Requests == 0
                ? null
                : HistogramQuantile.Of(0.99, tick.Edges, points[i].Requests, points[i].Slower) > options.SlowestAbove;
        }

        return IsAlarm(breaching) ? PeerDecision.RollBack : PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget() => metric.Clear();

    private bool IsAlarm(ReadOnlySpan<bool?> datapoints) =>
        AlarmEvaluation.Of(datapoints, options.EvaluationPeriods, options.DatapointsToAlarm, options.Missing) == AlarmState.Alarm;
}
