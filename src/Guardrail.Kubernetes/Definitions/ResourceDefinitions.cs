using System.Collections.Immutable;
using System.Text;
using Guardrail.Kubernetes.Connection;

namespace Guardrail.Kubernetes.Definitions;

/// <summary>The definitions of Guardrail's custom resources, as this program knows them: the files of charts/guardrail/crds.</summary>
public static class ResourceDefinitions
{
    private const string Folder = "crds/";
    private const string Suffix = ".yaml";

    /// <summary>How long one request may take: 15 s.</summary>
    public static TimeSpan RequestLimit { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Names of the definitions, such as <c>guardedrollouts.guardrail.dev</c>, in order.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. typeof(ResourceDefinitions).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Suffix.Length] + ".guardrail.dev")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What applying them takes; a ClusterRole.</summary>
    public static IReadOnlyList<AccessRule> Rights { get; } =
        [new("apiextensions.k8s.io", "customresourcedefinitions", "create", "patch") { Names = Names }];

    /// <summary>The text of a definition, as YAML.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static string TextOf(string name)
    {
        var file = Folder + name[..name.IndexOf('.', StringComparison.Ordinal)] + Suffix;
        using var stream = typeof(ResourceDefinitions).Assembly.GetManifestResourceStream(file)
            ?? throw new ArgumentException($"There is no definition {name}.", nameof(name));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Makes a definition, or brings the one that is there to this version; the objects of its kind stay.</summary>
    /// <param name="api">The connection.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="time">Clock of the limit.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ApiException">The server answered with an error: 403 without the right.</exception>
    public static async Task ApplyAsync(ApiClient api, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var content = new StringContent(TextOf(name), Encoding.UTF8, "application/apply-patch+yaml");

        // Forced: Helm, or whoever made it, owns the fields until now, and would have this version fail forever.
        using var answer = await api.SendAsync(
            HttpMethod.Patch, $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}?fieldManager=guardrail&force=true", content, both.Token);
    }
}
