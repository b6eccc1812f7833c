using System.Globalization;

namespace Guardrail.Detection.Peers.CloudWatch;

/// <summary>CloudWatch alarms on a canary's or a fleet's errors and latency; a deployment that watches them goes back when one is in ALARM.</summary>
/// <param name="options">The alarms.</param>
public sealed class CloudWatchRule(CloudWatchOptions options) : PeerRule
{
    private readonly StepCounts canary = new(options.Period);
    private readonly StepCounts control = new(options.Period);
    private readonly List<bool?> errors = [];
    private readonly List<bool?> latency = [];

    /// <inheritdoc/>
    public override string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"CloudWatch {options.DatapointsToAlarm}/{options.EvaluationPeriods}, {options.Missing}, {(options.FleetWide ? "fleet" : "canary")}");

    /// <summary>The rule, turned by the share of errors it tolerates.</summary>
    public static PeerFamily Family(CloudWatchOptions options) => new(
        new CloudWatchRule(options).Name,
        "Threshold of the error alarm",
        options.ErrorsAbove,
        [0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
        threshold => new CloudWatchRule(options with { ErrorsAbove = threshold }));

    /// <summary>The rule, turned by the 99th percentile it tolerates, in seconds.</summary>
    public static PeerFamily LatencyFamily(CloudWatchOptions options) => new(
        new CloudWatchRule(options).Name,
        "Threshold of the p99 alarm (s)",
        options.SlowestAbove,
        [0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 5, 9],
        threshold => new CloudWatchRule(options with { SlowestAbove = threshold }));

    /// <inheritdoc/>
    protected override PeerDecision Judge(in PeerTick tick)
    {
        control.Add(tick.End, tick.Control);
        if (!canary.Add(tick.End, tick.Canary))
        {
            return PeerDecision.Undecided;
        }

        var requests = canary.Requests + (options.FleetWide ? control.Requests : 0);
        var bad = canary.Errors + (options.FleetWide ? control.Errors : 0);
        errors.Add(requests == 0 ? null : (double)bad / requests > options.ErrorsAbove);
        if (!tick.Edges.IsEmpty)
        {
            latency.Add(requests == 0 ? null : Slowest(tick.Edges, requests) > options.SlowestAbove);
        }

        canary.Begin();
        control.Begin();
        return IsAlarm(errors) || IsAlarm(latency) ? PeerDecision.RollBack : PeerDecision.Undecided;
    }

    /// <inheritdoc/>
    protected override void Forget()
    {
        canary.Clear();
        control.Clear();
        errors.Clear();
        latency.Clear();
    }

    private bool IsAlarm(List<bool?> datapoints) =>
        datapoints.Count > 0 && AlarmEvaluation.Of(
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(datapoints),
            options.EvaluationPeriods,
            options.DatapointsToAlarm,
            options.Missing) == AlarmState.Alarm;

    private double Slowest(ReadOnlySpan<double> edges, long requests)
    {
        Span<long> slower = stackalloc long[edges.Length];
        for (var i = 0; i < edges.Length; i++)
        {
            slower[i] = (i < canary.Slower.Length ? canary.Slower[i] : 0)
                + (options.FleetWide && i < control.Slower.Length ? control.Slower[i] : 0);
        }

        return HistogramQuantile.Of(0.99, edges, requests, slower);
    }
}
