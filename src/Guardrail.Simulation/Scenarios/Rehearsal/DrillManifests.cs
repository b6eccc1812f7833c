using System.Globalization;
using System.Text.Json.Nodes;
using Guardrail.Engine.Policies;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Scenarios.Live;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>Writes what a drill makes: marked, owned by the marker, and with no rights and few resources.</summary>
/// <param name="drill">Name of the drill.</param>
/// <param name="ns">Its namespace.</param>
/// <param name="image">Image of the pods.</param>
/// <param name="token">Token of their orders.</param>
/// <param name="marker">The marker, which owns all.</param>
internal sealed class DrillManifests(string drill, string ns, string image, string token, JsonObject marker)
{
    public static string RevisionOf(JsonObject labelled) => Kube.Text(labelled["metadata"]?["labels"]?[DrillMarks.Revision]);

    /// <summary>The Deployment of a service.</summary>
    public JsonObject Deployment(ScenarioService service, string revision)
    {
        var deployment = ServiceManifest.Of(LiveTraffic.Of(ns, service));
        Own(deployment);
        var template = deployment["spec"]!["template"]!.AsObject();
        template["metadata"]!["labels"]![DrillMarks.Label] = drill;
        template["metadata"]!["annotations"] = new JsonObject
        {
            ["prometheus.io/scrape"] = "true",
            ["prometheus.io/port"] = DrillMarks.Port.ToString(CultureInfo.InvariantCulture),
            ["prometheus.io/path"] = "/metrics",
        };
        template["spec"] = Pod(service.Name);
        SetRevision(deployment, revision);
        deployment["apiVersion"] = "apps/v1";
        deployment["kind"] = "Deployment";
        return deployment;
    }

    /// <summary>Writes a revision into a Deployment's template.</summary>
    public static void SetRevision(JsonObject deployment, string revision)
    {
        var template = deployment["spec"]!["template"]!;
        template["metadata"]!["labels"]![DrillMarks.Revision] = revision;
        template["spec"]!["containers"]![0]!["args"] = Arguments(Kube.Name(deployment), revision);
    }

    /// <summary>A policy of the scenario, with the autonomy that it is played with.</summary>
    public JsonObject Policy(GuardPolicy policy, string spec)
    {
        var item = new JsonObject
        {
            ["apiVersion"] = "guardrail.dev/v1alpha1",
            ["kind"] = "GuardrailPolicy",
            ["metadata"] = new JsonObject { ["name"] = policy.Name },
            ["spec"] = JsonNode.Parse(spec),
        };
        item["spec"]!["autonomy"] = policy.Autonomy.ToString();
        Own(item);
        return item;
    }

    private void Own(JsonObject item)
    {
        var metadata = item["metadata"]!.AsObject();
        metadata["labels"] ??= new JsonObject();
        metadata["labels"]![DrillMarks.Label] = drill;
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["name"] = DrillMarks.Marker,
            ["uid"] = Kube.Uid(marker),
        });
    }

    private static JsonArray Arguments(string service, string revision) => [DrillPodOptions.Command, "--service", service, "--revision", revision];

    private JsonObject Pod(string service) => new()
    {
        ["automountServiceAccountToken"] = false,
        ["enableServiceLinks"] = false,
        ["terminationGracePeriodSeconds"] = 2,
        ["securityContext"] = new JsonObject
        {
            ["runAsNonRoot"] = true,
            ["runAsUser"] = 65532,
            ["runAsGroup"] = 65532,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        },
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = service,
            ["image"] = image,
            ["args"] = new JsonArray(),
            ["env"] = new JsonArray(
                new JsonObject { ["name"] = DrillPodOptions.TokenVariable, ["value"] = token },
                new JsonObject
                {
                    ["name"] = DrillPodOptions.NamespaceVariable,
                    ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = "metadata.namespace" } },
                },
                new JsonObject { ["name"] = "DOTNET_EnableDiagnostics", ["value"] = "0" }),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "http-metrics", ["containerPort"] = DrillMarks.Port }),
            ["readinessProbe"] = new JsonObject
            {
                ["httpGet"] = new JsonObject { ["path"] = "/ready", ["port"] = "http-metrics" },
                ["periodSeconds"] = 1,
                ["timeoutSeconds"] = 2,
                ["failureThreshold"] = 3,
            },
            ["resources"] = new JsonObject
            {
                ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "64Mi" },
                ["limits"] = new JsonObject { ["memory"] = "160Mi" },
            },
            ["securityContext"] = new JsonObject
            {
                ["allowPrivilegeEscalation"] = false,
                ["readOnlyRootFilesystem"] = true,
                ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
            },
        }),
    };
}
