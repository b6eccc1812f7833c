using Guardrail.Engine.Decisions;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Guarding;

/// <summary>
/// What belongs to an action beside the write of the workload: configuration before it, Events after it. Whatever becomes of these, the action goes on.
/// </summary>
internal sealed partial class BesideAction(IActuator actuator, TimeProvider time, ILogger logger)
{
    /// <summary>Longest that configuration may take: a rollback does not wait longer for what belongs to it.</summary>
    private static readonly TimeSpan PreparationLimit = TimeSpan.FromSeconds(8);

    /// <summary>Longest that telling it on the workload may take; nothing hangs on it.</summary>
    private static readonly TimeSpan AnnouncementLimit = TimeSpan.FromSeconds(5);

    /// <summary>Restores or keeps configuration: a revision that is bad is taken back, with its configuration or without.</summary>
    public async Task<Preparation> PrepareAsync(WorkloadAction action)
    {
        using var limit = new CancellationTokenSource(PreparationLimit, time);
        try
        {
            return await actuator.PrepareAsync(action, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new($"its configuration may not be as it should, for that took longer than {PreparationLimit.TotalSeconds:0} s", IsWhole: false);
        }
        catch (Exception fault)
        {
            LogThrew(fault, action.Workload, action.Decision);
            return new($"its configuration may not be as it should: {fault.Message}", IsWhole: false);
        }
    }

    /// <summary>Tells it on the workload.</summary>
    public async Task AnnounceAsync(Announcement announcement)
    {
        using var limit = new CancellationTokenSource(AnnouncementLimit, time);
        try
        {
            await actuator.AnnounceAsync(announcement, limit.Token).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            LogNotAnnounced(fault, announcement.Workload, announcement.Kind);
        }
    }

    [LoggerMessage(13, LogLevel.Error, "Restoring or keeping the configuration of {Workload} for {Decision} threw")]
    private partial void LogThrew(Exception fault, WorkloadId workload, DecisionId decision);

    [LoggerMessage(11, LogLevel.Warning, "{Kind} could not be told on {Workload}")]
    private partial void LogNotAnnounced(Exception fault, WorkloadId workload, string kind);
}
