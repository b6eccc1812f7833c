using Guardrail.Engine.Decisions;

namespace Guardrail.Engine.Ports;

/// <summary>Changes the cluster: conditional and idempotent, one call per action.</summary>
public interface IActuator
{
    /// <summary>
    /// Carries out <paramref name="action"/> if the workload is still as the action expects it. Asking twice for the same action changes the
    /// cluster once. Never throws for a fault of the cluster: the outcome tells it.
    /// </summary>
    /// <param name="action">What to do, with its preconditions.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken);

    /// <summary>
    /// Does what belongs to <paramref name="action"/> beside the workload, before <see cref="ApplyAsync"/>: restores the configuration that a rollback
    /// takes back, or keeps that of a revision to be stamped. Asking twice changes the cluster once; nothing is done where the workload is no longer as
    /// the action expects it. Never throws for a fault of the cluster.
    /// </summary>
    /// <param name="action">The action that follows.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask<Preparation> PrepareAsync(WorkloadAction action, CancellationToken cancellationToken) => ValueTask.FromResult(Preparation.Nothing);

    /// <summary>Tells something on the workload itself (a Kubernetes Event). Best effort: a fault is logged, not thrown.</summary>
    /// <param name="announcement">What to tell.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken);
}
