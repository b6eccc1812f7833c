using Guardrail.Daemon.Hosting;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Sidecar;

/// <summary>The one policy of a sidecar.</summary>
internal static class SidecarPolicy
{
    /// <summary>The policy of the file, or the built-in one (preset http), made to select the sidecar's own workload and nothing else.</summary>
    /// <param name="own">The workload.</param>
    /// <param name="options">How the daemon is started, with its <see cref="DaemonOptions.Sidecar"/>.</param>
    /// <exception cref="ConfigurationException">The file holds a mistake, several policies, or one that needs other workloads.</exception>
    public static GuardPolicy For(WorkloadId own, DaemonOptions options)
    {
        var autonomy = options.Sidecar!.Autonomy;
        var most = autonomy is { } asked && asked < options.AutonomyCeiling ? asked : options.AutonomyCeiling;
        return options.PolicyPaths.Count == 0
            ? new GuardPolicy { Name = "sidecar", Namespace = own.Namespace, Kinds = [own.Kind], Autonomy = autonomy ?? Autonomy.Observe }.Under(most)
            : OfFile(options.PolicyPaths, most) with { Namespace = own.Namespace, Kinds = [own.Kind], Selector = LabelSelector.Everything };
    }

    private static GuardPolicy OfFile(IReadOnlyList<string> paths, Autonomy most)
    {
        var policies = PolicyFiles.Load(paths, most);
        if (policies is not [var policy])
        {
            throw new ConfigurationException(
                $"{string.Join(", ", paths)} holds {policies.Length} policies; a sidecar guards one workload and takes one policy: leave the others out.");
        }

        return policy.Impact.Count == 0
            ? policy
            : throw new ConfigurationException(
                $"{paths[0]}: spec.impact names other workloads, which a sidecar does not see; remove it, or guard them by one Guardrail for the namespace.");
    }
}
