namespace Guardrail.Simulation.Peers.CloudWatch;

/// <summary>A pair of CloudWatch alarms, on errors and on latency, that take a deployment back.</summary>
public sealed record CloudWatchOptions
{
    /// <summary><c>Period</c>: seconds of a datapoint. Default 60; alarms on high-resolution metrics may have 10 or 30.</summary>
    public double Period { get; init; } = 60;

    /// <summary><c>EvaluationPeriods</c>: datapoints looked at (N). Default 3.</summary>
    public int EvaluationPeriods { get; init; } = 3;

    /// <summary><c>DatapointsToAlarm</c>: datapoints that must breach (M). Default 3.</summary>
    public int DatapointsToAlarm { get; init; } = 3;

    /// <summary>Threshold of the error alarm: share of requests above which a datapoint breaches. Default 0.01.</summary>
    public double ErrorsAbove { get; init; } = 0.01;

    /// <summary>Threshold of the latency alarm: 99th percentile above which a datapoint breaches, in seconds. Default 0.5.</summary>
    public double SlowestAbove { get; init; } = 0.5;

    /// <summary><c>TreatMissingData</c>. Default missing.</summary>
    public MissingData Missing { get; init; } = MissingData.Missing;

    /// <summary>Whether the metrics are the whole service's, as before the canary had metrics of its own. Default false: the canary's alone.</summary>
    public bool FleetWide { get; init; }

    /// <summary>Seconds between evaluations: 10 for a high-resolution alarm, 60 for any other.</summary>
    public double EvaluatedEvery => Period < 60 ? 10 : 60;
}

/// <summary>What a datapoint counts as that is not there.</summary>
public enum MissingData
{
    /// <summary>As nothing; with no datapoint at all the alarm has insufficient data.</summary>
    Missing,

    /// <summary>As breaching; what AWS advises for rollback alarms on metrics that report continually.</summary>
    Breaching,
}
