using System.Globalization;
using System.Net;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Hosting;

/// <summary>Reads ADDRESS:PORT.</summary>
internal static class ListenAddress
{
    /// <summary>Reads an address; <c>localhost</c> and <c>*</c> are understood.</summary>
    /// <exception cref="ConfigurationException">The text is no address and port.</exception>
    public static IPEndPoint Parse(string text)
    {
        var split = text.LastIndexOf(':');
        var port = 0;
        var valid = split > 0 && int.TryParse(text.AsSpan(split + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
        var name = valid ? text[..split] : string.Empty;
        var address = name switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.Any,
            _ => IPAddress.TryParse(name, out var parsed) ? parsed : null,
        };
        return valid && address is not null
            ? new IPEndPoint(address, port)
            : throw new ConfigurationException($"'{text}' is no address to listen on; --listen takes ADDRESS:PORT, such as 127.0.0.1:9464.");
    }
}
