using System.Text.Json.Nodes;
using Guardrail.Cli.Policies;
using Guardrail.Cli.Tests.Packaging;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Cli.Tests.Samples;

/// <summary>The shop for a real cluster, put together by the real kubectl and applied to the embedded cluster; its images are not run.</summary>
[CancelAfter(120_000)]
internal sealed class DemoShopTests
{
    private static readonly string Policy = Path.Combine(SampleFiles.Folder, "demo-shop", "policy.yaml");

    [Test]
    public async Task Kubectl_applies_it_and_the_policy_guards_and_paces_both_services(CancellationToken cancellationToken)
    {
        await using var cluster = await SampleFiles.ClusterAsync(cancellationToken);
        var shop = await Subprocess.SucceedsAsync(
            Kubectl, ["kustomize", Path.Combine(SampleFiles.Folder, "demo-shop")], Checkout.Root, new Dictionary<string, string?>(), cancellationToken);
        foreach (var text in YamlFiles.Documents(shop))
        {
            var document = JsonNode.Parse(OnCall.YamlAsJson.Convert(text))!;
            var type = SampleFiles.BuiltIn(document)!;
            Assert.That((string?)document["metadata"]!["namespace"], Is.EqualTo(type.Namespaced ? "shop" : null));
            Assert.That(
                await SampleFiles.ApplyAsync(cluster, text, document, type.ApiVersion, type.Plural, type.Namespaced, dryRun: false, cancellationToken),
                Is.Null, type.Kind);
        }

        foreach (var name in new[] { "checkout", "pricing", "load", "prometheus" })
        {
            await cluster.WaitForRolloutAsync("shop", name, cancellationToken);
        }

        var (policies, faults) = PolicyReading.Read([Policy]);
        Assert.That(faults, Is.Empty);
        var kubeconfig = Path.GetTempFileName();
        try
        {
            cluster.WriteKubeconfig(kubeconfig);
            using var reach = new Guardrail.Cli.OnCall.Reach(KubernetesConnection.Create(kubeconfig, null), null, TimeProvider.System);
            var look = await ClusterLook.TakeAsync(reach, [.. policies.Select(p => p.Policy)], cancellationToken);
            Assert.That(look.Workloads.Select(w => $"{w.View.Id.Name} {w.Readiness.IsReady} {w.Pacing}"), Is.EqualTo(new[] { "checkout True at 25 %", "pricing True at 25 %" }));
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }

    [Test]
    public void The_services_carry_what_Prometheus_asks_for_and_Guardrail_joins_by()
    {
        var config = (string)SampleFiles.All.Single(d => SampleFiles.Kind(d.Json) == "ConfigMap").Json["data"]!["prometheus.yml"]!;
        var scrape = JsonNode.Parse(OnCall.YamlAsJson.Convert(config))!["scrape_configs"]!.AsArray().Single()!;
        Assert.That(
            scrape["relabel_configs"]!.AsArray().Where(r => r!["target_label"] is not null).Select(r => (string?)r!["target_label"]),
            Is.EqualTo(new[] { "namespace", "pod" }));
        Assert.That((string?)scrape["kubernetes_sd_configs"]![0]!["role"], Is.EqualTo("pod"));
        foreach (var name in new[] { "checkout.yaml", "pricing.yaml" })
        {
            var template = SampleFiles.All.First(d => d.File == Path.Combine("demo-shop", name)).Json["spec"]!["template"]!;
            var port = (string?)template["metadata"]!["annotations"]!["prometheus.io/port"];
            Assert.That((string?)template["metadata"]!["annotations"]!["prometheus.io/scrape"], Is.EqualTo("true"));
            var ports = template["spec"]!["containers"]![0]!["ports"]!.AsArray();
            Assert.That(ports.Single(p => (string?)p!["name"] == "metrics")!["containerPort"]!.ToString(), Is.EqualTo(port));
        }
    }

    private static string Kubectl => Environment.GetEnvironmentVariable("GUARDRAIL_TEST_KUBECTL") is { Length: > 0 } named ? named : "kubectl";
}
