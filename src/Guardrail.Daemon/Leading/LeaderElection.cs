using Guardrail.Kubernetes.Leases;

namespace Guardrail.Daemon.Leading;

/// <summary>Whether and how one of several daemons is chosen to act.</summary>
public sealed record LeaderElection
{
    /// <summary>Whether one is chosen. Default: inside a cluster yes, by a kubeconfig no.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Name of the lease, one per installation. Default <c>guardrail</c>.</summary>
    public string LeaseName { get; init; } = "guardrail";

    /// <summary>Namespace of the lease. Default: the pod's, or that of the kubeconfig's context, or <c>default</c>.</summary>
    public string? LeaseNamespace { get; init; }

    /// <summary>How long others leave the lease alone that is not renewed; whole seconds, 1 s to 1 h. Default 15 s.</summary>
    public TimeSpan Duration { get; init; } = LeaseTimings.Default.Duration;

    /// <summary>How long after its last renewal the leader gives up and ends; shorter than the duration. Default 10 s.</summary>
    public TimeSpan RenewDeadline { get; init; } = LeaseTimings.Default.RenewDeadline;

    /// <summary>Distance between two attempts; shorter than the deadline. Default 2 s.</summary>
    public TimeSpan RetryPeriod { get; init; } = LeaseTimings.Default.RetryPeriod;

    /// <summary>Name of this process among the candidates. Default: a new one from the host's name.</summary>
    public string? Identity { get; init; }

    /// <summary>What is wrong with it, one sentence each.</summary>
    internal IEnumerable<string> Complaints()
    {
        if (!IsName(LeaseName, 253) || (LeaseNamespace is { } space && !IsName(space, 63)))
        {
            yield return "The lease needs the name of a Kubernetes object and of a namespace: lower case letters, digits and dashes.";
        }

        if (LeaseTimings.Complaint(Duration, RenewDeadline, RetryPeriod) is { } complaint)
        {
            yield return complaint;
        }
    }

    private static bool IsName(string name, int longest) =>
        name.Length > 0 && name.Length <= longest && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);
}
