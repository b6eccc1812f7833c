using System.Globalization;
using System.Text;

namespace Guardrail.Kubernetes.Watching;

/// <summary>Names a collection of the API: a resource, of one namespace or of all, as far as its labels are selected.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version, such as <c>v1</c>.</param>
/// <param name="Plural">Resource, plural, such as <c>deployments</c>.</param>
/// <param name="Namespace">Namespace, or null for all.</param>
/// <param name="LabelSelector">labelSelector parameter as the API writes it; null or empty for all objects.</param>
public sealed record ResourcePath(string Group, string Version, string Plural, string? Namespace = null, string? LabelSelector = null)
{
    /// <summary>fieldSelector parameter as the API writes it; null, the default, for all objects.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Path below the server's address, without leading slash and without query.</summary>
    public string Path =>
        (Group.Length == 0 ? "api/" : $"apis/{Group}/") + Version + (Namespace is null ? "/" : $"/namespaces/{Namespace}/") + Plural;

    /// <summary>For people: <c>deployments.apps in namespace shop</c>.</summary>
    public override string ToString() =>
        (Group.Length == 0 ? Plural : $"{Plural}.{Group}") + (Namespace is null ? " in all namespaces" : $" in namespace {Namespace}");

    internal string ListQuery(int limit, string? continueToken)
    {
        var query = Start().Append(CultureInfo.InvariantCulture, $"limit={limit}");
        return (continueToken is null ? query : query.Append("&continue=").Append(Uri.EscapeDataString(continueToken))).ToString();
    }

    internal string WatchQuery(string version, TimeSpan timeout) => Start()
        .Append(CultureInfo.InvariantCulture, $"watch=true&allowWatchBookmarks=true&timeoutSeconds={timeout.TotalSeconds:0}")
        .Append("&resourceVersion=").Append(Uri.EscapeDataString(version)).ToString();

    private StringBuilder Start()
    {
        var query = new StringBuilder(Path).Append('?');
        if (!string.IsNullOrEmpty(FieldSelector))
        {
            query.Append("fieldSelector=").Append(Uri.EscapeDataString(FieldSelector)).Append('&');
        }

        return string.IsNullOrEmpty(LabelSelector)
            ? query
            : query.Append("labelSelector=").Append(Uri.EscapeDataString(LabelSelector)).Append('&');
    }
}
