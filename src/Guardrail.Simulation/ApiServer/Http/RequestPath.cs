namespace Guardrail.Simulation.ApiServer;

/// <summary>What a path below <c>/api</c> or <c>/apis</c> names.</summary>
internal sealed record RequestPath(
    string Group, string Version, string Resource, string? Namespace, string? Name, string? Subresource, bool IsWatchPath)
{
    /// <summary>Reads a path with a group version and a resource; null for any other path.</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        var (group, at) = parts switch
        {
            ["api", _, _, ..] => ("", 1),
            ["apis", var g, _, _, ..] => (g, 2),
            _ => ("", 0),
        };
        if (at == 0)
        {
            return null;
        }

        var version = parts[at];
        var rest = parts.AsSpan(at + 1);
        var watch = rest.Length > 1 && rest[0] == "watch";
        if (watch)
        {
            rest = rest[1..];
        }

        string? ns = null;
        if (rest is ["namespaces", _, _, ..] && rest[2] is not ("status" or "finalize"))
        {
            ns = rest[1];
            rest = rest[2..];
        }

        return rest.Length switch
        {
            1 => new RequestPath(group, version, rest[0], ns, null, null, watch),
            2 => new RequestPath(group, version, rest[0], ns, rest[1], null, watch),
            3 => new RequestPath(group, version, rest[0], ns, rest[1], rest[2], watch),
            // What follows belongs to the pod.
            > 3 when rest[2] == "proxy" => new RequestPath(group, version, rest[0], ns, rest[1], rest[2], watch),
            _ => null,
        };
    }
}
