using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Daemon.Hosting;

/// <summary>Reads ADDRESS:PORT.</summary>
public static class ListenAddress
{
    /// <summary>Sees that nobody else listens there, before anything is begun.</summary>
    /// <param name="address">Where.</param>
    /// <param name="option">The option that named it.</param>
    /// <exception cref="ConfigurationException">The address is taken, or is none of this machine's.</exception>
    public static void RequireFree(IPEndPoint address, string option = "--listen")
    {
        try
        {
            using var listener = new TcpListener(address);
            listener.Start();
        }
        catch (SocketException fault)
        {
            var problem = fault.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? "is taken by another program"
                : "cannot be listened on: " + fault.Message;
            throw new ConfigurationException($"{address} {problem}; name another address with {option}.", fault);
        }
    }

    /// <summary>Reads an address; <c>localhost</c> and <c>*</c> are understood.</summary>
    /// <param name="text">The text.</param>
    /// <param name="option">The option that it was given with.</param>
    /// <exception cref="ConfigurationException">The text is no address and port.</exception>
    public static IPEndPoint Parse(string text, string option = "--listen")
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
            : throw new ConfigurationException($"'{text}' is no address to listen on; {option} takes ADDRESS:PORT, such as 127.0.0.1:9464.");
    }
}
