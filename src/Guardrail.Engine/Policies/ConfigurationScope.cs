namespace Guardrail.Engine.Policies;

/// <summary>Which of the configuration that a pod template reads goes back with it when a revision is rolled back.</summary>
public enum ConfigurationScope
{
    /// <summary>None: the template alone goes back. What has changed since is told.</summary>
    None,

    /// <summary>ConfigMaps go back to what they held when the revision became known good.</summary>
    ConfigMaps,

    /// <summary>Secrets as well; their copies are Secrets of the same namespace.</summary>
    ConfigMapsAndSecrets,
}
