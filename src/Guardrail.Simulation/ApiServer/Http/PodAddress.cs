using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Guardrail.Simulation.ApiServer;

/// <summary>Where the proxy of a pod leads to: the name that a request gives, and the address that the pod has.</summary>
internal sealed record PodAddress(string Scheme, string Host, int Port)
{
    /// <summary>Takes a pod's status for its address, and for its port what the request or else its first container names.</summary>
    /// <param name="target"><c>NAME</c>, <c>NAME:PORT</c> or <c>SCHEME:NAME:PORT</c>.</param>
    /// <param name="find">Gets the pod of a name; fails when there is none.</param>
    /// <exception cref="ApiException">The name is malformed, there is no such pod, or it has no address.</exception>
    public static PodAddress Of(string target, Func<string, JsonObject> find)
    {
        var (scheme, name, port) = target.Split(':') switch
        {
            [{ Length: > 0 } n] => ("http", n, ""),
            [{ Length: > 0 } n, var p] => ("http", n, p),
            ["http" or "https" or "", { Length: > 0 } n, var p] => (target.StartsWith("https:", StringComparison.Ordinal) ? "https" : "http", n, p),
            _ => throw ApiErrors.BadRequest($"invalid pod request \"{target}\""),
        };
        var pod = find(name);
        if (!IPAddress.TryParse((string?)pod["status"]?["podIP"], out var address))
        {
            throw ApiErrors.BadRequest("address not allowed");
        }

        var host = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return new PodAddress(scheme, host, port.Length == 0 ? FirstPort(pod) ?? 80 : Number(port));
    }

    /// <summary>The URL of a path, escaped, with its query.</summary>
    public Uri UriOf(string pathAndQuery) => new(string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}{pathAndQuery}"));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static int? FirstPort(JsonObject pod) => (pod["spec"]?["containers"] as JsonArray ?? [])
        .Select(c => (int?)(c?["ports"] as JsonArray)?.FirstOrDefault()?["containerPort"]).FirstOrDefault(p => p > 0);

    private static int Number(string port) => ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw PodProxy.Unreachable($"dial tcp: lookup tcp/{port}: unknown port");
}
