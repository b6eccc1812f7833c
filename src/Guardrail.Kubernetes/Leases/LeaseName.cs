namespace Guardrail.Kubernetes.Leases;

/// <summary>Names one lease of the cluster.</summary>
/// <param name="Namespace">Namespace, a DNS label.</param>
/// <param name="Name">Name, a DNS subdomain.</param>
public readonly record struct LeaseName(string Namespace, string Name)
{
    internal string Collection => $"apis/coordination.k8s.io/v1/namespaces/{Namespace}/leases";

    internal string Path => $"{Collection}/{Name}";

    /// <summary>For people: <c>guardrail/guardrail</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
