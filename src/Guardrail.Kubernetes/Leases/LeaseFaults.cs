using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Leases;

/// <summary>Says in one sentence why a request for a lease failed.</summary>
internal static class LeaseFaults
{
    public static string Describe(Exception fault, LeaseElectorOptions options) => fault switch
    {
        ApiException { IsMissingPermission: true } refused => AccessRule.Missing(refused, AccessRule.Leading, options.Lease.Namespace),
        ApiException { Code: 404 } missing => $"The lease {options.Lease} cannot be made: {missing.Message.TrimEnd('.')}; does its namespace exist?",
        _ => ApiFaults.Describe(fault, options.Timings.RequestLimit),
    };
}
