using System.Collections.Immutable;
using System.Threading.Channels;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
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
    WorkloadFeedFactory feeds,
    IPolicySource policies,
    IMetricSource source,
    ActionRunner actions,
    IRolloutJournal journal,
    IEnumerable<IDecisionListener> listeners,
    Readiness readiness,
    TimeProvider time,
    ILoggerFactory logging,
    PersonRequests? requests = null) : BackgroundService
{
    private readonly ILogger logger = logging.CreateLogger<GuardLoop>();
    private readonly IDecisionListener[] listeners = [.. listeners];
    private readonly Dictionary<(WorkloadId, DecisionId), Decision> underWay = [];
    private readonly List<ScopeReader> readers = [];
    private readonly Channel<GuardMessage> messages = Channel.CreateUnbounded<GuardMessage>(new() { SingleReader = true });

    private readonly Fleet fleet = new(options.Policies) { Safety = { FleetLimit = options.FleetLimit } };
    private readonly WorkloadPump pump = new(feeds, options.Policies);
    private readonly RecordResumption resumption = new(journal, logging.CreateLogger<RecordResumption>());
    private TimeSpan tick = options.Tick;
    private readonly PeriodicTimer timer = new(options.Tick, time);

    public override void Dispose()
    {
        timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            await resumption.BeginAsync(fleet, options.Policies, stop.Token).ConfigureAwait(false);
            var (follow, ticks, changes) = (pump.RunAsync(messages.Writer, stop.Token), TickAsync(stop.Token), FollowPoliciesAsync(stop.Token));
            var loop = HandleAllAsync(stop.Token);
            requests?.Follow(options.Policies, stop.Token);
            await (await Task.WhenAny(loop, follow, ticks, changes, actions.Death).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopping();
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await actions.DrainAsync().ConfigureAwait(false);
            await (requests?.DrainAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            await journal.FlushAsync().ConfigureAwait(false);
        }
    }

    private async Task FollowPoliciesAsync(CancellationToken cancellationToken)
    {
        await foreach (var all in policies.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            await messages.Writer.WriteAsync(new GuardMessage.Policies(all), cancellationToken).ConfigureAwait(false);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
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
                FinishWhatWasInterrupted(workload.Change, cancellationToken);
                ReadWhenFirstSeen(workload.Change, cancellationToken);
                break;
            case GuardMessage.Policies changed:
                Take(changed.All, cancellationToken);
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

        journal.Observed(fleet, metrics.Report.At);
        policies.Observed(fleet);
    }

    private void Take(ImmutableArray<GuardPolicy> all, CancellationToken cancellationToken)
    {
        Carry(fleet.Use(all, time.GetUtcNow(), out var losses), cancellationToken);
        foreach (var loss in losses)
        {
            LogLost(loss.Policy, string.Join(", ", loss.Signals), loss.Rollout);
        }

        pump.Use(all);
        requests?.Follow(all, cancellationToken);
        tick = GuardLoopOptions.TickOf(all);
        timer.Period = tick;
        LogPolicies(Quantity.Of(all.Length, "policies"), tick.TotalSeconds);
    }

    /// <summary>Once the workloads are known: what an earlier process intended and did not settle is finished, or what happened is recorded.</summary>
    private void FinishWhatWasInterrupted(WorkloadChange change, CancellationToken cancellationToken)
    {
        if (change is WorkloadChange.Snapshot)
        {
            foreach (var decision in resumption.Finish(fleet, time.GetUtcNow()))
            {
                underWay[(decision.Rollout.Workload, decision.Id)] = decision;
                actions.Begin(decision, messages.Writer, cancellationToken);
            }
        }
    }

    private void Take(ActionReport report, CancellationToken cancellationToken)
    {
        if (underWay.Remove((report.Workload, report.Decision), out var decision))
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

            journal.Decided(decision, fleet.Find(decision.Rollout.Workload));
            if (decision.Action is not null)
            {
                underWay[(decision.Rollout.Workload, decision.Id)] = decision;
            }

            actions.Begin(decision, messages.Writer, cancellationToken);
        }
    }

    /// <summary>The first snapshot is read for at once, not only at the next tick: after a restart every second counts.</summary>
    private void ReadWhenFirstSeen(WorkloadChange change, CancellationToken cancellationToken)
    {
        if (change is WorkloadChange.Snapshot && readers.Count == 0)
        {
            LogGuarding(Quantity.Of(fleet.Workloads.Count, "workloads"), source.Name);
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
            if (scope.Pods.Count == 0)
            {
                // There is nothing to read, and time passes all the same: a rollout of a workload scaled to zero must come to its end.
                var nothing = scope.Signals.Select(s => (SignalReport)new SignalReport.NoEvidence(s.Id, "there are no pods"));
                Carry(fleet.Observe(scope, new MetricReport(time.GetUtcNow(), [.. nothing])), cancellationToken);
                continue;
            }

            ReaderOf(scope).Begin(scope, tick, messages.Writer, cancellationToken);
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

    [LoggerMessage(20, LogLevel.Information, "Guarding {Workloads} by {Source}")]
    private partial void LogGuarding(string workloads, string source);

    [LoggerMessage(21, LogLevel.Warning, "The cluster could not be reached: {Reason}")]
    private partial void LogUnreachable(string reason);

    [LoggerMessage(22, LogLevel.Information, "Stopped watching; writes under way are finished first")]
    private partial void LogStopping();

    [LoggerMessage(23, LogLevel.Information, "Guarding by {Policies} from now on, reading every {Seconds:0.#} s")]
    private partial void LogPolicies(string policies, double seconds);

    [LoggerMessage(24, LogLevel.Warning, "The policy {Policy} has changed its signals {Signals}: what they had counted of {Rollout} no longer counts")]
    private partial void LogLost(string policy, string signals, RolloutId rollout);
}
