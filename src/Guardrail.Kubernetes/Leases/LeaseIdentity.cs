using System.Security.Cryptography;

namespace Guardrail.Kubernetes.Leases;

/// <summary>Makes the name under which a process holds leases.</summary>
public static class LeaseIdentity
{
    /// <summary>
    /// A new name: the host's (in a cluster the pod's), and 16 random characters, so that a process never takes the lease of an earlier one of the
    /// same pod for its own.
    /// </summary>
    /// <param name="host">Name of the host.</param>
    public static string Create(string host) => $"{host}_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
}
