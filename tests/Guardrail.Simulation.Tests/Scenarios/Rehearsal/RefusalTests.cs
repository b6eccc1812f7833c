using System.Globalization;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Scenarios;
using Guardrail.Testing.Cluster;

namespace Guardrail.Simulation.Tests.Scenarios.Rehearsal;

/// <summary>Where no drill is played: each refusal is one sentence, and nothing is made.</summary>
[CancelAfter(60_000)]
public sealed class RefusalTests
{
    private static readonly string[] WholeCluster = ["run", "--policies=cluster", "--scrape"];

    [TestCase("default", "no drill is ever played in the namespace default")]
    [TestCase("kube-system", "no drill is ever played in the namespace kube-system")]
    [TestCase("nowhere", "the cluster has no namespace nowhere; make it and mark it: kubectl create namespace nowhere")]
    [TestCase("shop", "the namespace shop is not marked for drills; if this is a test cluster")]
    [TestCase("odd", "the namespace odd is not marked for drills")]
    public async Task A_namespace_that_is_not_for_drills_is_refused(string ns, string words, CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new(), WholeCluster, cancellationToken);
        stage.AddNamespace("shop", null);
        stage.AddNamespace("odd", "forbidden");
        await AssertRefusedAsync(stage, ns, words, cancellationToken);
    }

    [Test]
    public async Task A_namespace_in_which_somebody_else_lives_is_refused(CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new(), WholeCluster, cancellationToken);
        stage.Add(ResourceTypes.StatefulSets, """
            {"metadata":{"name":"orders-db"},"spec":{"serviceName":"orders-db","replicas":0,"selector":{"matchLabels":{"app":"db"}},
             "template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"db","image":"db:1"}]}}}}
            """);
        await AssertRefusedAsync(stage, DrillStage.Space, "the namespace shop-drill holds the StatefulSet orders-db, and a drill needs one of its own", cancellationToken);
        Assert.That(stage.Names(ResourceTypes.StatefulSets), Is.EqualTo(["orders-db"]));
    }

    [Test]
    public async Task A_drill_that_is_under_way_is_not_disturbed(CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new(), WholeCluster, cancellationToken);
        stage.Add(ResourceTypes.ConfigMaps, Marker(TimeProvider.System.GetUtcNow().AddSeconds(-20)));
        await AssertRefusedAsync(stage, DrillStage.Space, "anna plays quiet-release in shop-drill since", cancellationToken);
        Assert.That(stage.Names(ResourceTypes.ConfigMaps), Does.Contain("guardrail-drill"));
    }

    [Test]
    public async Task What_a_broken_drill_left_is_cleared_away_first(CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new(), WholeCluster, cancellationToken);
        stage.Add(ResourceTypes.ConfigMaps, Marker(TimeProvider.System.GetUtcNow().AddHours(-1)));
        stage.Add(ResourceTypes.Deployments, Deployment("checkout", """{"guardrail.dev/drill":"quiet-release-1"}"""));
        stage.Add(ResourceTypes.Deployments, Deployment("somebodys", "{}"));
        await AssertRefusedAsync(stage, DrillStage.Space, "the namespace shop-drill holds the Deployment somebodys,", cancellationToken);
        Assert.That(stage.Names(ResourceTypes.Deployments), Is.EqualTo(["somebodys"]));
        Assert.That(stage.Names(ResourceTypes.ConfigMaps), Does.Not.Contain("guardrail-drill"));
    }

    [TestCase("sidecar", "there is no Guardrail in the cluster")]
    [TestCase("run --policies=cluster --namespace=shop", "the Guardrail guardrail/guardrail does not watch the namespace shop-drill")]
    public async Task A_cluster_whose_Guardrail_does_not_watch_is_refused(string arguments, string words, CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new(), arguments.Split(' '), cancellationToken);
        await AssertRefusedAsync(stage, DrillStage.Space, words, cancellationToken);
    }

    [Test]
    public async Task A_scenario_of_too_many_pods_is_refused(CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new(), WholeCluster, cancellationToken);
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() => PlayAsync(stage, DrillStage.Space, "services: {web: {pods: 20, copies: 8, traffic: 10/s}}", cancellationToken));
        Assert.That(fault!.Message, Does.StartWith("the scenario test has 160 pods, at most 150 are made in a cluster"));
    }

    private static async Task AssertRefusedAsync(DrillStage stage, string ns, string words, CancellationToken cancellationToken)
    {
        var deployments = stage.Cluster.Store.List(ResourceTypes.Deployments).Items.Count;
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() => PlayAsync(stage, ns, "services: {web: {traffic: 10/s}}", cancellationToken));
        Assert.That(fault!.Message, Does.StartWith(words));
        Assert.That(fault.Message, Does.Not.Contain("\n"));
        Assert.That(stage.Cluster.Store.List(ResourceTypes.Deployments).Items, Has.Count.LessThanOrEqualTo(deployments));
    }

    private static Task<ScenarioResult> PlayAsync(DrillStage stage, string ns, string body, CancellationToken cancellationToken) => ClusterRehearsal.PlayAsync(
        stage.Connection, Samples.Read(body), new() { Namespace = ns, By = "ben", Progress = _ => { } }, cancellationToken);

    private static string Marker(DateTimeOffset renewed) => string.Create(CultureInfo.InvariantCulture, $$$"""
        {"metadata":{"name":"guardrail-drill","labels":{"guardrail.dev/drill":"quiet-release-1"},
         "annotations":{"guardrail.dev/renewed-at":"{{{renewed.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}}}"}},
         "data":{"by":"anna","scenario":"quiet-release","since":"{{{renewed.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}}}"}}
        """);

    private static string Deployment(string name, string labels) => $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"{{{name}}}"}},
         "template":{"metadata":{"labels":{"app":"{{{name}}}"}},"spec":{"containers":[{"name":"a","image":"a:1"}]} } } }
        """;
}
