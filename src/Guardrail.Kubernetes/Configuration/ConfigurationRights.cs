using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Configuration;

/// <summary>The rights that looking at configuration, keeping and restoring it take, in the workload's namespace.</summary>
public static class ConfigurationRights
{
    /// <summary>The rules of a scope: reading ConfigMaps tells what has changed; keeping and restoring takes create and patch too.</summary>
    public static IReadOnlyList<AccessRule> For(ConfigurationScope scope)
    {
        string[] restore = ["get", "create", "patch"];
        return scope switch
        {
            ConfigurationScope.None => [new("", "configmaps", "get")],
            ConfigurationScope.ConfigMaps => [new("", "configmaps", restore)],
            _ => [new("", "configmaps", restore), new("", "secrets", restore)],
        };
    }
}
