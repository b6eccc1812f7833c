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

    /// <summary>Tells something on the workload itself (a Kubernetes Event). Best effort: a fault is logged, not thrown.</summary>
    /// <param name="announcement">What to tell.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken);
}
