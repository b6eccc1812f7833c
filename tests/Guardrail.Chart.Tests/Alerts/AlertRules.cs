using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Testing.Programs;

namespace Guardrail.Chart.Tests.Alerts;

/// <summary>The rendered alerts and dashboard, and promtool.</summary>
internal static class AlertRules
{
    /// <summary>The rules, each with its <c>expr</c>.</summary>
    public static async Task<JsonObject> SpecAsync(CancellationToken cancellationToken) =>
        (await Rendered.SetAsync("observed", cancellationToken)).Single("PrometheusRule")["spec"]!.AsObject();

    public static IEnumerable<string> Expressions(JsonObject spec) =>
        spec["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray()).Select(r => (string)r!["expr"]!);

    /// <summary>The dashboard as the ConfigMap holds it.</summary>
    public static async Task<JsonObject> DashboardAsync(CancellationToken cancellationToken) =>
        JsonNode.Parse((string)(await Rendered.SetAsync("observed", cancellationToken)).Single("ConfigMap", "guardrail-dashboard")["data"]!["guardrail.json"]!)!.AsObject();

    /// <summary>What the dashboard asks, for the namespace <c>guardrail</c>.</summary>
    public static IEnumerable<string> Queries(JsonObject dashboard) => dashboard["panels"]!.AsArray().SelectMany(p => p!["targets"]!.AsArray())
        .Select(t => ((string)t!["expr"]!).Replace("$namespace", "guardrail", StringComparison.Ordinal));

    /// <summary>Runs promtool on files in a folder of their own; JSON is YAML.</summary>
    public static async Task<ProgramRun> PromtoolAsync(
        IReadOnlyDictionary<string, string> files, string[] arguments, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("guardrail-promtool-");
        try
        {
            foreach (var (name, text) in files)
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), text, cancellationToken);
            }

            return await ProgramRun.OfAsync(
                ProgramRun.Find("promtool", "GUARDRAIL_TEST_PROMTOOL", "it comes with the Debian package prometheus"),
                new Dictionary<string, string>(), [.. arguments.Select(a => files.ContainsKey(a) ? Path.Combine(folder.FullName, a) : a)], cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static string Text(JsonNode node) => node.ToJsonString(JsonSerializerOptions.Default);
}
