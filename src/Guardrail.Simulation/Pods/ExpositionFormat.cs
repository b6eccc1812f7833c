namespace Guardrail.Simulation.Pods;

/// <summary>How metrics are written.</summary>
public enum ExpositionFormat
{
    /// <summary>Prometheus text format 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>Which instruments a pod carries. The business counter <c>orders_total</c> is always there.</summary>
[Flags]
public enum Instruments
{
    /// <summary><c>http_requests_total</c> and <c>http_request_duration_seconds</c>.</summary>
    Http = 1,

    /// <summary><c>http_server_request_duration_seconds</c>, as OpenTelemetry names it.</summary>
    OpenTelemetry = 2,

    /// <summary>Both.</summary>
    Both = Http | OpenTelemetry,
}
