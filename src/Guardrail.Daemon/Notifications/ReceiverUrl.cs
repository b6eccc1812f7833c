using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Notifications;

/// <summary>Where a receiver is reached. The URL is a secret (who knows it can post): as text it is only its host.</summary>
public sealed class ReceiverUrl
{
    private ReceiverUrl(Uri address) => Address = address;

    /// <summary>Host and port, for logs.</summary>
    public string Host => Address.Authority[(Address.Authority.LastIndexOf('@') + 1)..];

    /// <summary>The whole URL; for sending only.</summary>
    internal Uri Address { get; }

    /// <summary>Reads a URL.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="origin">Where it was written, for the message; the URL itself is not repeated.</param>
    /// <exception cref="ConfigurationException">It is no http or https URL.</exception>
    public static ReceiverUrl Parse(string text, string origin) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? new ReceiverUrl(address)
            : throw new ConfigurationException($"{origin} holds no http or https URL; write one such as https://hooks.example.com/path.");

    /// <summary>The host.</summary>
    public override string ToString() => Host;
}
