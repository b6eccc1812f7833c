namespace Guardrail.Engine.Policies;

/// <summary>Signals of widespread instrumentation, so that a policy need only name them.</summary>
public static class SignalPresets
{
    /// <summary>Default weight of an error signal (detection.md section 2, D1).</summary>
    public const double ErrorWeight = 0.35;

    /// <summary>Default weight of a latency signal (detection.md section 2, D2).</summary>
    public const double LatencyWeight = 0.25;

    /// <summary>Default weight of a business signal (detection.md section 2, D3).</summary>
    public const double BusinessWeight = 0.15;

    /// <summary>
    /// <c>http_requests_total</c> with the outcome in <c>code</c>, <c>status</c>, <c>status_code</c> or <c>http_status_code</c>,
    /// and <c>http_request_duration_seconds</c>.
    /// </summary>
    public static EquatableList<SignalDefinition> Http { get; } =
    [
        new SignalDefinition.ErrorRate
        {
            Id = new("errors"),
            Weight = ErrorWeight,
            Metric = "http_requests_total",
            OutcomeLabels = ["code", "status", "status_code", "http_status_code"],
        },
        new SignalDefinition.Latency { Id = new("latency"), Weight = LatencyWeight, Metric = "http_request_duration_seconds" },
    ];

    /// <summary>
    /// OpenTelemetry HTTP server instruments as Prometheus names them: the histogram
    /// <c>http_server_request_duration_seconds</c> gives both errors (its count by <c>http_response_status_code</c>) and latency.
    /// </summary>
    public static EquatableList<SignalDefinition> OpenTelemetry { get; } =
    [
        new SignalDefinition.ErrorRate
        {
            Id = new("errors"),
            Weight = ErrorWeight,
            Metric = "http_server_request_duration_seconds_count",
            OutcomeLabels = ["http_response_status_code", "http_status_code", "code"],
        },
        new SignalDefinition.Latency { Id = new("latency"), Weight = LatencyWeight, Metric = "http_server_request_duration_seconds" },
    ];
}
