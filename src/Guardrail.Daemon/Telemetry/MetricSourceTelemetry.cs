using System.Collections.Concurrent;
using Guardrail.Metrics.Observing;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Telemetry;

/// <summary>Turns what happens in the metric source into instruments and log entries.</summary>
internal sealed partial class MetricSourceTelemetry(GuardrailInstruments instruments, TimeProvider time, ILogger<MetricSourceTelemetry> logger)
    : IMetricSourceObserver
{
    /// <summary>How often the log tells of the same kind of fault; the instruments count every one.</summary>
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<FaultKind, long> told = new();

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
                if (IsNews(faulted.Kind))
                {
                    LogFault(faulted.Reason);
                }

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

    /// <summary>Whether the log has not told of this kind of fault lately; that the circuit is open is told when it opens.</summary>
    private bool IsNews(FaultKind kind)
    {
        var now = time.GetTimestamp();
        if (kind == FaultKind.CircuitOpen || (told.TryGetValue(kind, out var last) && time.GetElapsedTime(last, now) < Repeat))
        {
            return false;
        }

        told[kind] = now;
        return true;
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
