using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Simulation.Tests.Controllers;

public sealed class DaemonSetControllerTests
{
    private const string Ns = ControllerBench.Namespace;

    [TestCase(1, 1)]
    [TestCase(3, 3)]
    public async Task A_rolling_update_leaves_no_more_nodes_without_a_ready_pod_than_allowed(int maxUnavailable, int expected)
    {
        await using var bench = Bench(6);
        bench.Store.Create(ResourceTypes.DaemonSets, Ns, Set("agent:1", new JsonObject { ["maxUnavailable"] = maxUnavailable }));
        bench.RunFor(TimeSpan.FromSeconds(2));
        Assert.That(ReadyNodes(bench), Has.Count.EqualTo(6));
        bench.SetImage(ResourceTypes.DaemonSets, "agent", "agent:2");
        var fewest = Fewest(bench, TimeSpan.FromSeconds(6));
        Assert.That(bench.Pods.Select(Image), Is.All.EqualTo("agent:2").And.Exactly(6).Items);
        Assert.That(fewest, Is.EqualTo(6 - expected));
    }

    [Test]
    public async Task With_surge_every_node_keeps_a_ready_pod_throughout()
    {
        await using var bench = Bench(4);
        bench.Store.Create(ResourceTypes.DaemonSets, Ns, Set("agent:1", new JsonObject { ["maxSurge"] = 1, ["maxUnavailable"] = 0 }));
        bench.RunFor(TimeSpan.FromSeconds(2));
        bench.SetImage(ResourceTypes.DaemonSets, "agent", "agent:2");
        Assert.That(Fewest(bench, TimeSpan.FromSeconds(6)), Is.EqualTo(4));
        Assert.That(bench.Pods.Select(Image), Is.All.EqualTo("agent:2").And.Exactly(4).Items);
    }

    [Test]
    public async Task With_OnDelete_only_what_a_person_deletes_is_updated()
    {
        await using var bench = Bench(2);
        var set = Set("agent:1", null);
        set["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" };
        bench.Store.Create(ResourceTypes.DaemonSets, Ns, set);
        bench.RunFor(TimeSpan.FromSeconds(2));
        bench.SetImage(ResourceTypes.DaemonSets, "agent", "agent:2");
        bench.RunFor(TimeSpan.FromSeconds(5));
        Assert.That(bench.Pods.Select(Image), Is.All.EqualTo("agent:1"));
        bench.Store.Delete(ResourceTypes.Pods, Ns, (string)bench.Pods[0]["metadata"]!["name"]!);
        bench.RunFor(TimeSpan.FromSeconds(2));
        Assert.That(bench.Pods.Select(Image), Is.EquivalentTo(new[] { "agent:1", "agent:2" }));
        Assert.That((string?)bench.Store.Get(ResourceTypes.DaemonSets, Ns, "agent")["metadata"]!["annotations"]!["deprecated.daemonset.template.generation"], Is.EqualTo("2"));
    }

    [Test]
    public async Task Pods_of_a_node_that_is_gone_are_removed_and_no_longer_wanted()
    {
        await using var bench = Bench(3);
        bench.Store.Create(ResourceTypes.DaemonSets, Ns, Set("agent:1", null));
        bench.RunFor(TimeSpan.FromSeconds(2));
        bench.Delete(ResourceTypes.Nodes, "node-2");
        bench.RunFor(TimeSpan.FromSeconds(10));
        Assert.That(bench.Pods, Has.Count.EqualTo(3), "the pod collector waits");
        bench.RunFor(TimeSpan.FromMinutes(1));
        Assert.That(ReadyNodes(bench), Is.EqualTo(new[] { "node-0", "node-1" }));
        Assert.That((int?)bench.Store.Get(ResourceTypes.DaemonSets, Ns, "agent")["status"]!["desiredNumberScheduled"], Is.EqualTo(2));
    }

    [Test]
    public async Task A_tainted_node_gets_a_pod_only_when_the_template_tolerates_it()
    {
        await using var bench = Bench(1);
        bench.AddNode("gpu", new JsonObject
        {
            ["taints"] = new JsonArray(new JsonObject { ["key"] = "gpu", ["value"] = "yes", ["effect"] = "NoSchedule" }),
        });
        bench.Store.Create(ResourceTypes.DaemonSets, Ns, Set("agent:1", null));
        bench.RunFor(TimeSpan.FromSeconds(2));
        Assert.That(ReadyNodes(bench), Is.EqualTo(new[] { "node-0" }));
        bench.Modify(ResourceTypes.DaemonSets, "agent", d => d["spec"]!["template"]!["spec"]!["tolerations"] =
            new JsonArray(new JsonObject { ["key"] = "gpu", ["operator"] = "Exists" }));
        bench.RunFor(TimeSpan.FromSeconds(4));
        Assert.That(ReadyNodes(bench), Is.EqualTo(new[] { "gpu", "node-0" }));
    }

    private static ControllerBench Bench(int nodes)
    {
        var bench = new ControllerBench();
        for (var i = 0; i < nodes; i++)
        {
            bench.AddNode($"node-{i}");
        }

        return bench;
    }

    private static JsonObject Set(string image, JsonObject? rolling)
    {
        var set = ControllerBench.Deployment("agent", 0, image);
        var spec = (JsonObject)set["spec"]!;
        spec.Remove("replicas");
        if (rolling is not null)
        {
            spec["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = rolling };
        }

        return set;
    }

    /// <summary>Fewest nodes with a ready pod at any moment.</summary>
    private static int Fewest(ControllerBench bench, TimeSpan time)
    {
        var fewest = int.MaxValue;
        for (var at = TimeSpan.Zero; at < time; at += TimeSpan.FromMilliseconds(10))
        {
            bench.RunFor(TimeSpan.FromMilliseconds(10));
            fewest = Math.Min(fewest, ReadyNodes(bench).Count);
        }

        return fewest;
    }

    private static IReadOnlyList<string> ReadyNodes(ControllerBench bench) =>
    [
        .. bench.Pods.Where(p => p["metadata"]!["deletionTimestamp"] is null
            && (p["status"]?["conditions"] as JsonArray ?? []).Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True"))
            .Select(p => (string)p["spec"]!["nodeName"]!).Distinct().Order(StringComparer.Ordinal),
    ];

    private static string Image(JsonObject pod) => (string)pod["spec"]!["containers"]![0]!["image"]!;
}
