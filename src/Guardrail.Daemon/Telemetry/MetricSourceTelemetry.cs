using Guardrail.Metrics.Observing;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Telemetry;

/// <summary>Turns what happens in the metric source into instruments and log entries.</summary>
internal sealed partial class MetricSourceTelemetry(GuardrailInstruments instruments, ILogger<MetricSourceTelemetry> logger) : IMetricSourceObserver
{
    public void Observe(MetricSourceEvent occurrence)
    {
        switch (occurrence)
        {
            case MetricSourceEvent.QueryAnswered answered:
                instruments.Queried(answered.Query, "answered", answered.Duration);
                break;
            case MetricSourceEvent.PodScraped scraped:
                instruments.Queried("scrape", "answered", scraped.Duration);
                break;
            case MetricSourceEvent.Faulted faulted:
                instruments.Faulted("metrics", faulted.Kind.ToString());
                LogFault(faulted.Reason);
                break;
            case MetricSourceEvent.PodsUnread unread:
                LogUnread(unread.Count, unread.Signal.Name, unread.CommonestReason);
                break;
            case MetricSourceEvent.ClockSkewed skewed:
                LogSkew(skewed.Skew.TotalSeconds);
                break;
            case MetricSourceEvent.CircuitOpened opened:
                instruments.Faulted("metrics", "CircuitOpened");
                LogCircuitOpened(opened.For.TotalSeconds);
                break;
            case MetricSourceEvent.CircuitClosed:
                LogCircuitClosed();
                break;
        }
    }

    [LoggerMessage(50, LogLevel.Warning, "Reading metrics failed: {Reason}")]
    private partial void LogFault(string reason);

    [LoggerMessage(51, LogLevel.Debug, "{Pods} pods could not be read for {Signal}: {Reason}")]
    private partial void LogUnread(int pods, string signal, string reason);

    [LoggerMessage(52, LogLevel.Warning, "The metric source's clock differs by {Seconds:0.0} s from this one")]
    private partial void LogSkew(double seconds);

    [LoggerMessage(53, LogLevel.Warning, "The metric source is left alone for {Seconds:0} s after repeated faults")]
    private partial void LogCircuitOpened(double seconds);

    [LoggerMessage(54, LogLevel.Information, "The metric source answers again")]
    private partial void LogCircuitClosed();
}
