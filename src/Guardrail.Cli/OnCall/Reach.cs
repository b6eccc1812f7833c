using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Policies;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.OnCall;

/// <summary>A cluster, and the part of it that a command looks at.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Namespace">The namespace; null for all.</param>
/// <param name="Time">The clock.</param>
internal sealed record Reach(KubernetesConnection Connection, string? Namespace, TimeProvider Time) : IDisposable
{
    /// <summary>The records.</summary>
    public RecordStore Records { get; } = new(Connection.Api, Time);

    /// <summary>The policies.</summary>
    public PolicyStore Policies { get; } = new(Connection.Api, Time);

    /// <inheritdoc/>
    public void Dispose() => Connection.Dispose();
}
