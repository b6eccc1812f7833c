namespace Guardrail.Kubernetes.Connection;

/// <summary>
/// What a person wrote (a kubeconfig, a flag, a policy) cannot be used; the message says in one sentence what is wrong, where, and how to
/// fix it.
/// </summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, where, and how to fix it.</param>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, where, and how to fix it.</param>
    /// <param name="innerException">What it was noticed by.</param>
    public ConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
