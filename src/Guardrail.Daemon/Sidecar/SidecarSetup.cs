using Guardrail.Daemon.Leading;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Daemon.Sidecar;

/// <summary>What is different for a daemon that guards only the workload of its own pod.</summary>
internal static class SidecarSetup
{
    /// <summary>The workload of the pod; null for a daemon that is no sidecar.</summary>
    /// <exception cref="ConfigurationException">It cannot be found.</exception>
    public static async Task<OwnWorkload?> FindAsync(ApiClient api, SidecarOptions? options, TimeProvider time, CancellationToken cancellationToken) =>
        options is null
            ? null
            : await new OwnWorkloadFinder(api, time).FindAsync(new(options.Namespace!, options.Pod!), cancellationToken).ConfigureAwait(false);

    /// <summary>One Lease per workload, in its namespace: the sidecars of all its pods stand for it, of every revision.</summary>
    public static LeaderElection Election(LeaderElection asked, OwnWorkload own) => asked with
    {
        Enabled = asked.Enabled ?? true,
        LeaseName = OwnWorkload.LeaseName(own.Id.Kind, own.Id.Name),
        LeaseNamespace = own.Id.Namespace,
    };
}
