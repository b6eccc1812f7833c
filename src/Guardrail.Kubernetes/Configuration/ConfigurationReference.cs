using Guardrail.Engine.Policies;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>A ConfigMap or Secret of a workload's namespace.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct ConfigurationReference(ConfigurationKind Kind, string Name)
{
    /// <summary>The kind's name in paths of the API.</summary>
    public string Plural => Kind == ConfigurationKind.Secret ? "secrets" : "configmaps";

    /// <summary>Whether it is among what a policy lets go back.</summary>
    public bool IsIn(ConfigurationScope scope) =>
        scope == ConfigurationScope.ConfigMapsAndSecrets || (scope == ConfigurationScope.ConfigMaps && Kind == ConfigurationKind.ConfigMap);

    /// <summary>Such as <c>ConfigMap checkout</c>.</summary>
    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>What configuration is stored in.</summary>
internal enum ConfigurationKind
{
    /// <summary>A ConfigMap.</summary>
    ConfigMap,

    /// <summary>A Secret.</summary>
    Secret,
}
