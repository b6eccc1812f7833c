namespace Guardrail.Metrics.Scraping;

/// <summary>The formats in which a pod may serve its metrics.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus exposition text 0.0.4; every line, the last one too, ends with a line feed.</summary>
    Text,

    /// <summary>OpenMetrics 1.0; the page ends with <c># EOF</c>.</summary>
    OpenMetrics,
}
