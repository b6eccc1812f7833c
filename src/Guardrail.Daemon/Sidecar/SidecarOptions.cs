using Guardrail.Engine.Policies;

namespace Guardrail.Daemon.Sidecar;

/// <summary>The pod in which the daemon runs as a sidecar.</summary>
public sealed record SidecarOptions
{
    /// <summary>Variable of the environment with the pod's name.</summary>
    public const string PodVariable = "POD_NAME";

    /// <summary>Variable of the environment with the pod's namespace.</summary>
    public const string NamespaceVariable = "POD_NAMESPACE";

    /// <summary>Name of the pod; required.</summary>
    public string? Pod { get; init; }

    /// <summary>Namespace of the pod; required.</summary>
    public string? Namespace { get; init; }

    /// <summary>Autonomy of the built-in policy, and the most that a policy file may ask for. Default: Observe, and what the file says.</summary>
    public Autonomy? Autonomy { get; init; }

    /// <summary>What is wrong with it, one sentence each.</summary>
    internal IEnumerable<string> Complaints()
    {
        foreach (var (value, variable, field) in new[] { (Pod, PodVariable, "metadata.name"), (Namespace, NamespaceVariable, "metadata.namespace") })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return $"--mode sidecar needs {variable} in the environment, from the downward API (fieldRef {field}), as guardrail inject writes it.";
            }
            else if (value.Length > 253 || !value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            {
                yield return $"{variable} is '{value}', which is no name of a Kubernetes object; set it from the downward API (fieldRef {field}).";
            }
        }
    }
}
