using System.Text.Json.Nodes;
using Guardrail.Daemon.Admission;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>The ValidatingWebhookConfiguration through which the API server asks the daemon.</summary>
internal static class QuarantineWebhook
{
    /// <summary>As the chart renders it, but for the URL in place of a Service.</summary>
    public static JsonObject At(Uri url, string name = AdmissionOptions.DefaultConfiguration) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = "quarantine.guardrail.dev",
            ["clientConfig"] = new JsonObject { ["url"] = url.ToString() },
            ["rules"] = new JsonArray(new JsonObject
            {
                ["operations"] = new JsonArray("UPDATE"),
                ["apiGroups"] = new JsonArray("apps"),
                ["apiVersions"] = new JsonArray("v1"),
                ["resources"] = new JsonArray("deployments", "statefulsets", "daemonsets"),
                ["scope"] = "Namespaced",
            }),
            ["objectSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { [GuardrailAnnotations.RefusesLabel] = "true" } },
            ["failurePolicy"] = "Ignore",
            ["sideEffects"] = "None",
            ["timeoutSeconds"] = 2,
            ["admissionReviewVersions"] = new JsonArray("v1"),
        }),
    };
}
