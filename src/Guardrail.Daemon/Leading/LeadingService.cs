using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Notifications;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Leases;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Leading;

/// <summary>
/// Waits until this daemon leads, and runs the guard loop only then. Told to stop, it lets the loop finish its writes and gives the lease back, in
/// this order. When the lease is lost it stops the process: another daemon may act from now on.
/// </summary>
internal sealed partial class LeadingService(
    ApiClient api,
    LeaseElectorOptions options,
    Leadership leadership,
    GuardLoop work,
    Readiness readiness,
    INotificationSink notifications,
    IHostApplicationLifetime lifetime,
    ILogger<LeadingService> logger) : BackgroundService
{
    /// <summary>Longest that writes under way may take when it stops; the host waits 30 s for everything.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(25);

    private string? toldLeader;
    private string? toldFault;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HeldLease lease;
        try
        {
            // Health is served before anything else is begun.
            await StartedAsync(stoppingToken).ConfigureAwait(false);
            var elector = new LeaseElector(api, options with { Observe = Take });
            lease = await elector.AcquireAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        await using (lease.ConfigureAwait(false))
        {
            await WorkAsync(lease, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task WorkAsync(HeldLease lease, CancellationToken stoppingToken)
    {
        leadership.Lead(lease, options.Identity);
        readiness.LoopTurned();
        LogLeading(options.Lease, options.Identity);
        await work.StartAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            var loop = work.ExecuteTask ?? Task.CompletedTask;
            await Task.WhenAny(loop, lease.Lost).WaitAsync(stoppingToken).ConfigureAwait(false);
            if (lease.Lost.IsCompleted)
            {
                End(await lease.Lost.ConfigureAwait(false));
            }
            else
            {
                // The loop ends by itself only by a fault, which ends the process.
                await loop.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
        finally
        {
            using var limit = new CancellationTokenSource(DrainLimit, options.TimeProvider);
            await work.StopAsync(limit.Token).ConfigureAwait(false);
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(false);
    }

    private void End(string reason)
    {
        leadership.Move(new LeadershipState.Lost(reason));
        LogLost(reason);
        notifications.Notify(Notification.LeaderLost(options.Lease.ToString(), options.Identity, reason, options.TimeProvider.GetUtcNow()));
        lifetime.StopApplication();
    }

    private void Take(LeaseEvent occurrence)
    {
        switch (occurrence)
        {
            case LeaseEvent.StandingBy waiting:
                readiness.LoopTurned();
                toldFault = null;
                leadership.Move(new LeadershipState.StandingBy(waiting.Holder));
                if (toldLeader != waiting.Holder)
                {
                    toldLeader = waiting.Holder;
                    LogStandingBy(options.Lease, waiting.Holder);
                }

                break;
            case LeaseEvent.AttemptFailed failed:
                if (leadership.State is not LeadershipState.Leading)
                {
                    // It waits still, and can tell so: the probes do not fail because the API server does.
                    readiness.LoopTurned();
                    leadership.Move(new LeadershipState.Unknown(failed.Reason));
                }

                if (toldFault != failed.Reason)
                {
                    toldFault = failed.Reason;
                    LogAttemptFailed(options.Lease, failed.Reason);
                }

                break;
            case LeaseEvent.Renewed:
                toldFault = null;
                break;
            case LeaseEvent.Released:
                LogReleased(options.Lease);
                break;
        }
    }

    [LoggerMessage(110, LogLevel.Information, "Leading by the lease {Lease} as {Identity}")]
    private partial void LogLeading(LeaseName lease, string identity);

    [LoggerMessage(111, LogLevel.Information, "Standing by for the lease {Lease}; the leader is {Leader}")]
    private partial void LogStandingBy(LeaseName lease, string leader);

    [LoggerMessage(112, LogLevel.Warning, "The lease {Lease} could not be acquired or renewed and is tried again: {Reason}")]
    private partial void LogAttemptFailed(LeaseName lease, string reason);

    [LoggerMessage(113, LogLevel.Error, "Lost the lead, and ends: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(114, LogLevel.Information, "Gave the lease {Lease} back")]
    private partial void LogReleased(LeaseName lease);
}
