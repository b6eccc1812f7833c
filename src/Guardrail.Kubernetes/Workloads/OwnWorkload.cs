using System.Security.Cryptography;
using System.Text;
using Guardrail.Engine.Workloads;

namespace Guardrail.Kubernetes.Workloads;

/// <summary>The workload that a pod is of.</summary>
/// <param name="Id">The workload.</param>
/// <param name="Selector">Its spec.selector, as the API's labelSelector parameter writes it.</param>
public sealed record OwnWorkload(WorkloadId Id, string Selector)
{
    /// <summary>Name of the Lease by which one of the workload's pods is chosen to act: <c>guardrail-deployment-checkout</c>.</summary>
    /// <param name="kind">Kind of the workload.</param>
    /// <param name="name">Name of the workload; a long one is cut and told apart by its digest.</param>
    public static string LeaseName(WorkloadKind kind, string name) => $"guardrail-{kind.ToString().ToLowerInvariant()}-" + (name.Length <= 200
        ? name
        : name[..180].TrimEnd('-', '.') + "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16]);

    /// <summary>The kind in paths of the API: <c>deployments</c>.</summary>
    internal static string Plural(WorkloadKind kind) => kind.ToString().ToLowerInvariant() + "s";
}
