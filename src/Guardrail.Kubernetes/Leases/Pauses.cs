namespace Guardrail.Kubernetes.Leases;

/// <summary>Waits on a clock.</summary>
internal static class Pauses
{
    /// <summary>Waits for a while; not at all when that is over already.</summary>
    public static Task WaitAsync(TimeSpan pause, TimeProvider time, CancellationToken cancellationToken) =>
        pause <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(pause, time, cancellationToken);
}
