using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.Controllers;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>The Guardrail that is installed in a cluster, as its Deployment tells.</summary>
/// <param name="Name">Namespace and name of its Deployment.</param>
/// <param name="Image">Its image.</param>
/// <param name="Ceiling">The most that it may do.</param>
internal sealed record InstalledGuardrail(string Name, string Image, string Ceiling)
{
    private const string Selector = "app.kubernetes.io/part-of=guardrail";

    /// <summary>Finds it.</summary>
    /// <param name="objects">Sends the request.</param>
    /// <param name="ns">Namespace that it must watch.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when Deployments of other namespaces may not be read.</returns>
    /// <exception cref="ConfigurationException">There is none, or it does not watch the namespace.</exception>
    public static async Task<InstalledGuardrail?> FindAsync(ObjectClient objects, string ns, CancellationToken cancellationToken)
    {
        JsonObject list;
        try
        {
            list = await objects.SendAsync(
                HttpMethod.Get, $"{ObjectClient.Deployments.Path}?limit=100&labelSelector={Uri.EscapeDataString(Selector)}", null, cancellationToken);
        }
        catch (ApiException fault) when (fault.Code == 403)
        {
            return null;
        }

        var operators = list["items"]!.AsArray().SelectMany(d => Containers(d!.AsObject())).Where(c => c.Arguments.FirstOrDefault() == "run").ToList();
        if (operators.Count == 0)
        {
            throw new ConfigurationException(
                "there is no Guardrail in the cluster, and a drill is for the Guardrail that is installed there; install the chart, or play with --live instead.");
        }

        var watching = operators.FirstOrDefault(o => o.Values("--namespace") is var all && (all.Length == 0 || all.Contains(ns)))
            ?? throw new ConfigurationException($"the Guardrail {operators[0].Name} does not watch the namespace {ns}; add it to the chart's values (namespaces).");
        return new(watching.Name, watching.Image, watching.Values("--autonomy-ceiling").FirstOrDefault("Enforce"));
    }

    private static IEnumerable<Running> Containers(JsonObject deployment)
    {
        foreach (var container in deployment["spec"]?["template"]?["spec"]?["containers"] as JsonArray ?? [])
        {
            yield return new(
                $"{Kube.Key(deployment).Namespace}/{Kube.Name(deployment)}",
                Kube.Text(container?["image"]),
                [.. (container?["args"] as JsonArray ?? []).Select(Kube.Text)]);
        }
    }

    private sealed record Running(string Name, string Image, string[] Arguments)
    {
        public string[] Values(string option) =>
            [.. Arguments.Where(a => a.StartsWith(option + "=", StringComparison.Ordinal)).Select(a => a[(option.Length + 1)..])];
    }
}
