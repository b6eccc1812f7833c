using System.Text.Json.Nodes;

namespace Guardrail.Testing.Programs;

/// <summary>The real Helm, and the chart.</summary>
public static class HelmProgram
{
    /// <summary>Folder of the chart.</summary>
    public static string Chart { get; } = Checkout.PathOf("charts", "guardrail");

    /// <summary>Runs it, with caches and settings of its own.</summary>
    public static Task<ProgramRun> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var home = Path.Combine(Path.GetTempPath(), "guardrail-helm");
        return ProgramRun.OfAsync(
            ProgramRun.Find("helm", "GUARDRAIL_TEST_HELM", "put Helm 4 on PATH or its path into GUARDRAIL_TEST_HELM"),
            new Dictionary<string, string>
            {
                ["HELM_CACHE_HOME"] = Path.Combine(home, "cache"),
                ["HELM_CONFIG_HOME"] = Path.Combine(home, "config"),
                ["HELM_DATA_HOME"] = Path.Combine(home, "data"),
                ["KUBECONFIG"] = "/dev/null",
            },
            arguments, cancellationToken);
    }

    /// <summary>Runs it, and takes anything but success for a fault.</summary>
    /// <returns>Standard output.</returns>
    public static async Task<string> DoAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var run = await RunAsync(cancellationToken, arguments);
        return run.ExitCode == 0
            ? run.Output
            : throw new InvalidOperationException($"helm {string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Error}{run.Output}");
    }

    /// <summary>What the chart renders for a release <c>guardrail</c> in the namespace <c>guardrail</c>.</summary>
    /// <param name="arguments">Values: <c>-f FILE</c>, <c>--set A=B</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<JsonObject>> TemplateAsync(CancellationToken cancellationToken, params string[] arguments) =>
        YamlDocuments.Read(await DoAsync(cancellationToken, ["template", "guardrail", Chart, "--namespace", "guardrail", .. arguments]));
}
