using Guardrail.Engine.Policies;

namespace Guardrail.Cli.Sidecar;

/// <summary>What <c>guardrail inject</c> adds.</summary>
/// <param name="Image">Image of the container.</param>
/// <param name="Autonomy">The most that the sidecar may do; the Role allows no more.</param>
/// <param name="Port">Port of its /healthz, /readyz and /metrics, 1 to 65535.</param>
/// <param name="Native">Whether it becomes a native sidecar: an init container with restartPolicy Always.</param>
/// <param name="Records">Whether it may keep records of rollouts.</param>
/// <param name="Namespace">Namespace of workloads that name none; null for none.</param>
internal sealed record InjectOptions(string Image, Autonomy Autonomy, int Port, bool Native, bool Records, string? Namespace)
{
    /// <summary>The image of this version.</summary>
    public const string DefaultImage = "ghcr.io/guardrail/guardrail:0.1.0";

    /// <summary>Port when nothing else is said.</summary>
    public const int DefaultPort = 9464;
}
