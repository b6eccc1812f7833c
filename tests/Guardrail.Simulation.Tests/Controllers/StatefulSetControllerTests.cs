using System.Text.Json.Nodes;
using CsCheck;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Kubelet;

namespace Guardrail.Simulation.Tests.Controllers;

public sealed class StatefulSetControllerTests
{
    private const string Ns = ControllerBench.Namespace;

    [Test]
    public void A_rolling_update_replaces_one_pod_at_a_time_from_the_highest_ordinal_down_to_the_partition()
    {
        var scenarios = Gen.Select(Gen.Int[1, 7], Gen.Int[0, 8], Gen.ULong);
        scenarios.Sample((replicas, partition, seed) => CheckOrder(replicas, partition, seed).GetAwaiter().GetResult(), iter: 30, threads: 1, seed: "0N0XIzNsQ0O2");
    }

    [Test]
    public async Task A_set_that_may_start_in_parallel_makes_all_its_pods_at_once()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.StatefulSets, Ns, Set(4, "db:1", new JsonObject { ["podManagementPolicy"] = "Parallel" }));
        bench.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.That(bench.Pods, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task A_pod_below_the_partition_that_is_lost_comes_back_with_the_old_revision()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.StatefulSets, Ns, Set(3, "db:1", Strategy(new JsonObject { ["partition"] = 2 })));
        bench.RunFor(TimeSpan.FromSeconds(3));
        bench.SetImage(ResourceTypes.StatefulSets, "db", "db:2");
        bench.RunFor(TimeSpan.FromSeconds(3));
        bench.Store.Delete(ResourceTypes.Pods, Ns, "db-0");
        bench.RunFor(TimeSpan.FromSeconds(3));
        Assert.That(bench.Pods.Select(Image), Is.EqualTo(new[] { "db:1", "db:1", "db:2" }));
    }

    [Test]
    public async Task Old_revisions_go_beyond_the_limit_only_when_no_pod_uses_them()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.StatefulSets, Ns, Set(2, "db:1", new JsonObject { ["revisionHistoryLimit"] = 0 }));
        bench.RunFor(TimeSpan.FromSeconds(3));
        bench.SetImage(ResourceTypes.StatefulSets, "db", "db:2-broken");
        bench.RunFor(TimeSpan.FromSeconds(3));
        Assert.That(Revisions(bench), Has.Count.EqualTo(2), "a rollout that is stuck still uses the old one");
        bench.SetImage(ResourceTypes.StatefulSets, "db", "db:3");
        bench.Store.Delete(ResourceTypes.Pods, Ns, "db-1");
        bench.RunFor(TimeSpan.FromSeconds(5));
        Assert.That(bench.Pods.Select(Image), Is.All.EqualTo("db:3"));
        Assert.That(Revisions(bench), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_revision_is_never_rewritten()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.StatefulSets, Ns, Set(1, "db:1"));
        bench.RunFor(TimeSpan.FromSeconds(1));
        var name = (string)Revisions(bench)[0]["metadata"]!["name"]!;
        Assert.That(
            () => bench.Modify(ResourceTypes.ControllerRevisions, name, r => r["data"]!["spec"]!["template"]!["spec"]!["dnsPolicy"] = "None"),
            Throws.TypeOf<ApiException>().With.Property("Code").EqualTo(422));
    }

    [Test]
    public async Task Nothing_is_due_once_a_set_has_settled()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.StatefulSets, Ns, Set(3, "db:1", new JsonObject { ["minReadySeconds"] = 5 }));
        bench.RunFor(TimeSpan.FromMinutes(2));
        Assert.That((int?)bench.Store.Get(ResourceTypes.StatefulSets, Ns, "db")["status"]!["availableReplicas"], Is.EqualTo(3));
        Assert.That(bench.Loop.Step(), Is.Null);
    }

    internal static JsonObject Set(int replicas, string image, JsonObject? more = null)
    {
        var set = ControllerBench.Deployment("db", replicas, image, more);
        set["spec"]!["serviceName"] = "db";
        return set;
    }

    private static JsonObject Strategy(JsonObject rolling) => new()
    {
        ["updateStrategy"] = new JsonObject { ["type"] = "RollingUpdate", ["rollingUpdate"] = rolling },
    };

    private static IReadOnlyList<JsonObject> Revisions(ControllerBench bench) => bench.Store.List(ResourceTypes.ControllerRevisions, Ns).Items;

    private static string Image(JsonObject pod) => (string)pod["spec"]!["containers"]![0]!["image"]!;

    private static async Task CheckOrder(int replicas, int partition, ulong seed)
    {
        await using var bench = new ControllerBench(new KubeletTiming { Jitter = 0.9 }, seed);
        bench.Store.Create(ResourceTypes.StatefulSets, Ns, Set(replicas, "db:1", Strategy(new JsonObject { ["partition"] = partition })));
        bench.RunFor(TimeSpan.FromSeconds(10));
        var since = bench.Changes.Count;
        bench.SetImage(ResourceTypes.StatefulSets, "db", "db:2");
        bench.RunFor(TimeSpan.FromSeconds(20));
        var deleted = bench.Changes.Skip(since).Where(c => c.Type == ResourceTypes.Pods && c.Change == StoreChange.Deleted).Select(c => c.Name);
        Assert.That(deleted, Is.EqualTo(Enumerable.Range(0, replicas).Where(i => i >= partition).OrderDescending().Select(i => $"db-{i}")));
        Assert.That(bench.Pods.Select(Image), Is.EqualTo(Enumerable.Range(0, replicas).Select(i => i < partition ? "db:1" : "db:2")));
        var away = 0;
        foreach (var change in bench.Changes.Skip(since).Where(c => c.Type == ResourceTypes.Pods))
        {
            away += change.Change switch { StoreChange.Deleted => 1, StoreChange.Added => -1, _ => 0 };
            Assert.That(away, Is.InRange(0, 1));
        }
    }
}
