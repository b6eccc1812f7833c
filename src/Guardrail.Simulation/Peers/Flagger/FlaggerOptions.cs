namespace Guardrail.Simulation.Peers.Flagger;

/// <summary>The analysis of a Flagger Canary.</summary>
public sealed record FlaggerOptions
{
    /// <summary><c>analysis.interval</c>: seconds between reconciles. Default 60; Flagger's floor is 10.</summary>
    public double Interval { get; init; } = 60;

    /// <summary><c>metrics[].interval</c>: seconds that a query looks back, whatever the analysis' own interval. Default 60.</summary>
    public double MetricInterval { get; init; } = 60;

    /// <summary><c>threshold</c>: failed checks, ever, at which the next reconcile rolls back. Default 1; the documentation's examples use 5 and 10.</summary>
    public int Threshold { get; init; } = 1;

    /// <summary><c>request-success-rate</c>, lowest percentage that passes. Default 99.</summary>
    public double SuccessPercent { get; init; } = 99;

    /// <summary><c>request-duration</c>, highest 99th percentile that passes, in milliseconds. Default 500.</summary>
    public double DurationMilliseconds { get; init; } = 500;
}
