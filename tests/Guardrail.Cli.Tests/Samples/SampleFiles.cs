using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Guardrail.Cli.Tests.Packaging;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;

namespace Guardrail.Cli.Tests.Samples;

/// <summary>The manifests below samples/, and an API server that looks at them.</summary>
internal static class SampleFiles
{
    public static string Folder { get; } = Path.Combine(Checkout.Root, "samples");

    /// <summary>Every document of every YAML file, with the file's path below samples/.</summary>
    public static IEnumerable<(string File, string Text, JsonNode Json)> All =>
        from file in Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let texts = YamlFiles.Documents(File.ReadAllText(file)).ToArray()
        from document in texts.Zip(YamlFiles.Read(file))
        select (Path.GetRelativePath(Folder, file), document.First, document.Second);

    public static string Kind(JsonNode document) => (string?)document["kind"] ?? "";

    /// <summary>The built-in kind of a document; null for kinds of others.</summary>
    public static ResourceType? BuiltIn(JsonNode document) =>
        ResourceTypes.BuiltIn.FirstOrDefault(t => t.Kind == Kind(document) && t.ApiVersion == (string?)document["apiVersion"]);

    /// <summary>A cluster that knows Guardrail's definitions and the samples' namespaces.</summary>
    public static async Task<EmbeddedCluster> ClusterAsync(CancellationToken cancellationToken)
    {
        var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions(), cancellationToken);
        using var http = new HttpClient { BaseAddress = cluster.ApiUri };
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "charts", "guardrail", "crds"), "*.yaml"))
        {
            using var body = new StringContent(await File.ReadAllTextAsync(file, cancellationToken), new MediaTypeHeaderValue("application/yaml"));
            using var answer = await http.PostAsync(new Uri("apis/apiextensions.k8s.io/v1/customresourcedefinitions", UriKind.Relative), body, cancellationToken);
            Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync(cancellationToken));
        }

        foreach (var name in (string[])["shop", "shop-drill"])
        {
            cluster.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }

        return cluster;
    }

    /// <summary>Applies a document as kubectl apply --server-side does, with unknown fields refused.</summary>
    /// <returns>What the server refused; null when it took it.</returns>
    public static async Task<string?> ApplyAsync(
        EmbeddedCluster cluster, string text, JsonNode document, string apiVersion, string plural, bool namespaced, bool dryRun, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = cluster.ApiUri };
        var root = apiVersion.Contains('/', StringComparison.Ordinal) ? "apis/" : "api/";
        var space = namespaced ? $"namespaces/{(string?)document["metadata"]!["namespace"] ?? "shop"}/" : "";
        var query = $"?fieldManager=samples&fieldValidation=Strict{(dryRun ? "&dryRun=All" : "")}";
        using var body = new StringContent(text, new MediaTypeHeaderValue("application/apply-patch+yaml"));
        using var answer = await http.PatchAsync(
            new Uri($"{root}{apiVersion}/{space}{plural}/{(string?)document["metadata"]!["name"]}{query}", UriKind.Relative), body, cancellationToken);
        return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(cancellationToken);
    }
}
