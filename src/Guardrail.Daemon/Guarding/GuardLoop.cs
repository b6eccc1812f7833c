using System.Threading.Channels;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// The daemon's heart: one loop that hands workload changes, counters and outcomes to the fleet in order of arrival, and its decisions to the
/// actuator. Everything slow happens beside it; the fleet is touched by nobody else.
/// </summary>
internal sealed partial class GuardLoop(
    GuardLoopOptions options,
    IWorkloadFeed feed,
    IMetricSource source,
    ActionRunner actions,
    IEnumerable<IDecisionListener> listeners,
    Readiness readiness,
    TimeProvider time,
    ILoggerFactory logging) : BackgroundService
{
    private readonly ILogger logger = logging.CreateLogger<GuardLoop>();
    private readonly IDecisionListener[] listeners = [.. listeners];
    private readonly Dictionary<DecisionId, Decision> underWay = [];
    private readonly List<ScopeReader> readers = [];
    private readonly Channel<GuardMessage> messages = Channel.CreateUnbounded<GuardMessage>(new() { SingleReader = true });

    private readonly Fleet fleet = new(options.Policies);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var pumps = Task.WhenAny(FollowWorkloadsAsync(stop.Token), TickAsync(stop.Token));
        try
        {
            var loop = HandleAllAsync(stop.Token);
            await (await Task.WhenAny(loop, pumps.Unwrap()).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopping();
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await actions.DrainAsync().ConfigureAwait(false);
        }
    }

    private async Task FollowWorkloadsAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in feed.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            await messages.Writer.WriteAsync(new GuardMessage.Workload(change), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Tick, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await messages.Writer.WriteAsync(new GuardMessage.Tick(), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task HandleAllAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in messages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            readiness.LoopTurned();
            Handle(message, cancellationToken);
        }
    }

    private void Handle(GuardMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case GuardMessage.Workload { Change: WorkloadChange.Unreachable unreachable }:
                readiness.Kubernetes.Fail(unreachable.Reason);
                LogUnreachable(unreachable.Reason);
                break;
            case GuardMessage.Workload workload:
                readiness.Kubernetes.Succeed();
                Carry(fleet.Observe(workload.Change, time.GetUtcNow()), cancellationToken);
                ReadWhenFirstSeen(workload.Change, cancellationToken);
                break;
            case GuardMessage.Tick:
                BeginReads(cancellationToken);
                break;
            case GuardMessage.Metrics metrics:
                Take(metrics, cancellationToken);
                break;
            case GuardMessage.Action action:
                Take(action.Report, cancellationToken);
                break;
        }
    }

    private void Take(GuardMessage.Metrics metrics, CancellationToken cancellationToken)
    {
        readiness.Metrics.Take(metrics.Report);
        var decisions = fleet.Observe(metrics.Scope, metrics.Report);
        if (metrics.IsLast)
        {
            ReaderOf(metrics.Scope).End(metrics.Report);
        }

        Carry(decisions, cancellationToken);
        foreach (var listener in listeners)
        {
            listener.Observed(fleet, metrics.Report);
        }
    }

    private void Take(ActionReport report, CancellationToken cancellationToken)
    {
        if (underWay.Remove(report.Decision, out var decision))
        {
            foreach (var listener in listeners)
            {
                listener.Acted(decision, report);
            }
        }

        Carry(fleet.Observe(report), cancellationToken);
    }

    private void Carry(IReadOnlyList<Decision> decisions, CancellationToken cancellationToken)
    {
        foreach (var decision in decisions)
        {
            foreach (var listener in listeners)
            {
                listener.Decided(decision);
            }

            if (decision.Action is not null)
            {
                underWay[decision.Id] = decision;
            }

            actions.Begin(decision, messages.Writer, cancellationToken);
        }
    }

    /// <summary>The first snapshot is read for at once, not only at the next tick: after a restart every second counts.</summary>
    private void ReadWhenFirstSeen(WorkloadChange change, CancellationToken cancellationToken)
    {
        if (change is WorkloadChange.Snapshot && readers.Count == 0)
        {
            LogGuarding(fleet.Workloads.Count, source.Name);
            BeginReads(cancellationToken);
        }
    }

    private void BeginReads(CancellationToken cancellationToken)
    {
        if (!readiness.Kubernetes.HasSucceeded)
        {
            return;
        }

        var scopes = fleet.Scopes();
        if (scopes.All(s => s.Pods.Count == 0))
        {
            readiness.Metrics.NothingToRead();
        }

        foreach (var scope in scopes)
        {
            ReaderOf(scope).Begin(scope, options.Tick, messages.Writer, cancellationToken);
        }
    }

    private ScopeReader ReaderOf(MetricScope scope)
    {
        var reader = readers.Find(r => r.Signals == scope.Signals);
        if (reader is null)
        {
            reader = new ScopeReader(source, scope.Signals, options, time, logging.CreateLogger<ScopeReader>());
            readers.Add(reader);
        }

        return reader;
    }

    [LoggerMessage(20, LogLevel.Information, "Guarding {Workloads} workloads by {Source}")]
    private partial void LogGuarding(int workloads, string source);

    [LoggerMessage(21, LogLevel.Warning, "The cluster could not be reached: {Reason}")]
    private partial void LogUnreachable(string reason);

    [LoggerMessage(22, LogLevel.Information, "Stopped watching; writes under way are finished first")]
    private partial void LogStopping();
}
