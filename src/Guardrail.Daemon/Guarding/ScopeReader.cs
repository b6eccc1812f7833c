using System.Collections.Immutable;
using System.Threading.Channels;
using Guardrail.Daemon.Telemetry;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// Reads one scope's counters from the metric source: one read at a time, and, where the source keeps history, first what happened while
/// nothing was read (before the start, or while the source was away), so that the evidence is the one that would have been without the gap.
/// </summary>
internal sealed partial class ScopeReader(
    IMetricSource source, EquatableList<SignalDefinition> signals, GuardLoopOptions options, TimeProvider time, ILogger<ScopeReader> logger)
{
    private DateTimeOffset? lastRead;
    private bool reading;

    /// <summary>Signals that the reader asks for.</summary>
    public EquatableList<SignalDefinition> Signals { get; } = signals;

    /// <summary>Begins a read unless one is under way; its reports arrive in <paramref name="into"/>.</summary>
    public void Begin(MetricScope scope, TimeSpan tick, ChannelWriter<GuardMessage> into, CancellationToken cancellationToken)
    {
        if (reading || scope.Pods.Count == 0)
        {
            return;
        }

        reading = true;
        _ = Task.Run(() => ReadAsync(scope, tick, into, cancellationToken), cancellationToken);
    }

    /// <summary>Notes that the read under way is over.</summary>
    /// <param name="report">Its last report.</param>
    public void End(MetricReport report)
    {
        reading = false;
        if (report.Signals.Any(s => s is SignalReport.Counters))
        {
            lastRead = report.At;
        }
    }

    private async Task ReadAsync(MetricScope scope, TimeSpan tick, ChannelWriter<GuardMessage> into, CancellationToken cancellationToken)
    {
        try
        {
            var report = await source.ReadAsync(scope, cancellationToken).ConfigureAwait(false);
            if (NeedsBackfill(report, tick) is { } from)
            {
                await BackfillAsync(scope, from, report.At, tick, into, cancellationToken).ConfigureAwait(false);
            }

            await into.WriteAsync(new GuardMessage.Metrics(scope, report, IsLast: true), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The daemon is stopping.
        }
        catch (Exception fault)
        {
            // A source must not throw; if one does, that is a fault of its own and no evidence of anything.
            LogSourceThrew(fault, source.Name);
            var reports = Signals.Select(s => (SignalReport)new SignalReport.NoEvidence(s.Id, $"{source.Name} failed: {fault.Message}"));
            var report = new MetricReport(time.GetUtcNow(), [.. reports]);
            await into.WriteAsync(new GuardMessage.Metrics(scope, report, IsLast: true), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>From when on history must be read before the newest report; null when nothing is missing.</summary>
    private DateTimeOffset? NeedsBackfill(MetricReport report, TimeSpan tick)
    {
        if (!source.KeepsHistory || !report.Signals.Any(s => s is SignalReport.Counters))
        {
            return null;
        }

        var earliest = report.At - options.Backfill;
        var from = lastRead is { } last && last > earliest ? last : earliest;
        return report.At - from > 2 * tick ? from : null;
    }

    private async Task BackfillAsync(
        MetricScope scope, DateTimeOffset from, DateTimeOffset until, TimeSpan tick, ChannelWriter<GuardMessage> into, CancellationToken cancellationToken)
    {
        var reports = 0;
        var started = time.GetTimestamp();
        await foreach (var past in source.BackfillAsync(scope, from, until - tick, tick, cancellationToken).ConfigureAwait(false))
        {
            if (past.Signals.Any(s => s is SignalReport.Counters))
            {
                reports++;
                await into.WriteAsync(new GuardMessage.Metrics(scope, past, IsLast: false), cancellationToken).ConfigureAwait(false);
            }
        }

        LogBackfilled(reports, from, until, time.GetElapsedTime(started).TotalSeconds);
    }

    [LoggerMessage(1, LogLevel.Error, "Metric source {Source} threw")]
    private partial void LogSourceThrew(Exception fault, string source);

    [LoggerMessage(2, LogLevel.Information, "Backfilled {Reports} reports from {From:HH:mm:ss} to {Until:HH:mm:ss} in {Seconds:0.0} s")]
    private partial void LogBackfilled(int reports, DateTimeOffset from, DateTimeOffset until, double seconds);
}
