using System.Text.Json.Nodes;

namespace Guardrail.Cli.Tests.Samples;

/// <summary>Kinds of other projects, whose definitions are not here: the fields that they must have, by their documentation.</summary>
internal sealed class ForeignKindTests
{
    private static readonly Dictionary<string, string[]> Required = new()
    {
        ["argoproj.io/v1alpha1 Application"] = ["spec.project", "spec.source.repoURL", "spec.source.path", "spec.source.targetRevision", "spec.destination.server", "spec.destination.namespace"],
        ["source.toolkit.fluxcd.io/v1 GitRepository"] = ["spec.url", "spec.interval", "spec.ref"],
        ["kustomize.toolkit.fluxcd.io/v1 Kustomization"] = ["spec.interval", "spec.path", "spec.prune", "spec.sourceRef.kind", "spec.sourceRef.name"],
        ["helm.toolkit.fluxcd.io/v2 HelmRelease"] = ["spec.interval", "spec.chart.spec.chart", "spec.chart.spec.sourceRef.kind", "spec.chart.spec.sourceRef.name"],
        ["monitoring.coreos.com/v1 PodMonitor"] = ["spec.selector", "spec.podMetricsEndpoints"],
        ["kustomize.config.k8s.io/v1beta1 Kustomization"] = ["namespace", "resources"],
    };

    private static IEnumerable<(string File, string Kind, JsonNode Json)> Foreign => SampleFiles.All
        .Where(d => SampleFiles.BuiltIn(d.Json) is null && SampleFiles.Kind(d.Json) is not ("" or "GuardrailPolicy" or "Scenario"))
        .Select(d => (d.File, $"{d.Json["apiVersion"]} {SampleFiles.Kind(d.Json)}", d.Json));

    [Test]
    public void Each_has_the_fields_it_must_have_and_no_kind_is_unknown()
    {
        foreach (var (file, kind, document) in Foreign)
        {
            Assert.That(Required, Does.ContainKey(kind), file);
            foreach (var path in Required[kind])
            {
                Assert.That(path.Split('.').Aggregate((JsonNode?)document, (node, name) => node?[name]), Is.Not.Null, $"{file}: {path}");
            }
        }

        Assert.That(Foreign.Select(f => f.Kind).Distinct(), Is.EquivalentTo(Required.Keys));
    }

    [Test]
    public void Argo_CD_does_not_undo_what_Guardrail_does_to_the_shop()
    {
        var shop = Foreign.Single(f => f.File == Path.Combine("gitops", "argo-cd", "shop.yaml")).Json;
        Assert.That((bool?)shop["spec"]!["syncPolicy"]!["automated"]!["selfHeal"], Is.False);
        Assert.That(shop["spec"]!["syncPolicy"]!["syncOptions"]!.AsArray().Select(o => (string?)o), Does.Contain("RespectIgnoreDifferences=true"));
        Assert.That(
            shop["spec"]!["ignoreDifferences"]!.AsArray().SelectMany(d => d!["jsonPointers"]!.AsArray()).Select(p => (string?)p),
            Is.EqualTo(new[] { "/spec/paused", "/spec/updateStrategy/rollingUpdate/partition" }));
    }

    [Test]
    public void Prometheus_takes_the_pod_monitor_which_reads_a_port_that_the_demo_shop_has()
    {
        var values = SampleFiles.All.Single(d => d.File == Path.Combine("kube-prometheus-stack", "values.yaml")).Json;
        Assert.That((bool?)values["prometheus"]!["prometheusSpec"]!["podMonitorSelectorNilUsesHelmValues"], Is.False);
        var monitor = Foreign.Single(f => f.Kind.EndsWith(" PodMonitor", StringComparison.Ordinal)).Json;
        var endpoint = monitor["spec"]!["podMetricsEndpoints"]!.AsArray().Single()!;
        var checkout = SampleFiles.All.First(d => d.File == Path.Combine("demo-shop", "checkout.yaml")).Json;
        var ports = checkout["spec"]!["template"]!["spec"]!["containers"]![0]!["ports"]!.AsArray();
        Assert.That(ports.Select(p => (string?)p!["name"]), Does.Contain((string?)endpoint["port"]));
        Assert.That(monitor["spec"]!["selector"]!["matchExpressions"]![0]!["values"]!.ToJsonString(), Does.Contain((string)checkout["metadata"]!["name"]!));
    }
}
