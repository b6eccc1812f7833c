using System.Text.Json.Nodes;
using Guardrail.Testing.Programs;

namespace Guardrail.Chart.Tests;

/// <summary>The chart's documented sets of values, and what is rendered for them.</summary>
internal static class Rendered
{
    /// <summary>Names of the sets: files of charts/guardrail/ci without <c>-values.yaml</c>.</summary>
    public static IEnumerable<string> Sets => Directory.EnumerateFiles(Path.Combine(HelmProgram.Chart, "ci"), "*-values.yaml")
        .Select(file => Path.GetFileName(file)[..^"-values.yaml".Length]).Order(StringComparer.Ordinal);

    public static string FileOf(string set) => Path.Combine(HelmProgram.Chart, "ci", set + "-values.yaml");

    public static Task<IReadOnlyList<JsonObject>> SetAsync(string set, CancellationToken cancellationToken, params string[] more) =>
        HelmProgram.TemplateAsync(cancellationToken, ["-f", FileOf(set), .. more]);

    public static string Kind(this JsonObject document) => (string)document["kind"]!;

    public static string Name(this JsonObject document) => (string)document["metadata"]!["name"]!;

    public static JsonObject Single(this IEnumerable<JsonObject> documents, string kind, string? name = null) =>
        documents.Single(d => d.Kind() == kind && (name is null || d.Name() == name));

    /// <summary>The pod specs of everything that makes pods, and their labels.</summary>
    public static IEnumerable<(string Of, JsonObject Spec, JsonNode? Labels)> Pods(this IEnumerable<JsonObject> documents)
    {
        foreach (var document in documents)
        {
            if (document.Kind() == "Pod")
            {
                yield return ($"Pod {document.Name()}", document["spec"]!.AsObject(), document["metadata"]!["labels"]);
            }
            else if (document["spec"]?["template"]?["spec"] is JsonObject spec)
            {
                yield return ($"{document.Kind()} {document.Name()}", spec, document["spec"]!["template"]!["metadata"]!["labels"]);
            }
        }
    }
}
