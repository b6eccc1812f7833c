using System.Text.Json.Nodes;
using CsCheck;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Controllers.Loop;

namespace Guardrail.Simulation.Tests.Controllers;

public sealed class DeploymentControllerTests
{
    [Test]
    public void A_rolling_update_never_asks_for_more_pods_than_surge_allows_nor_has_fewer_ready_than_availability_asks()
    {
        var scenarios = Gen.Select(Gen.Int[1, 12], Gen.Int[0, 5], Gen.Int[0, 5], Gen.ULong, Gen.Bool);
        scenarios.Sample(
            (replicas, surge, unavailable, seed, fails) => CheckBounds(replicas, surge, unavailable, seed, fails).GetAwaiter().GetResult(),
            iter: 40, threads: 1, seed: "0N0XIzNsQ0O2");
    }

    [Test]
    public async Task A_rollout_goes_on_while_pods_die()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.Deployments, ControllerBench.Namespace, ControllerBench.Deployment("web", 5, "web:1"));
        bench.RunFor(TimeSpan.FromSeconds(1));
        bench.SetImage("web", "web:2");
        bench.RunFor(TimeSpan.FromMilliseconds(100));
        bench.Store.Delete(ResourceTypes.Pods, ControllerBench.Namespace, (string)bench.Pods[0]["metadata"]!["name"]!);
        bench.RunFor(TimeSpan.FromSeconds(5));
        Assert.That((int?)bench.Get("web")["status"]!["updatedReplicas"], Is.EqualTo(5));
        Assert.That(bench.Pods, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task A_paused_Deployment_keeps_both_revisions_and_goes_on_when_resumed()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.Deployments, ControllerBench.Namespace, ControllerBench.Deployment("web", 8, "web:1"));
        bench.RunFor(TimeSpan.FromSeconds(1));
        bench.SetImage("web", "web:2");
        bench.RunFor(TimeSpan.FromMilliseconds(50));
        bench.Modify("web", d => d["spec"]!["paused"] = true);
        bench.RunFor(TimeSpan.FromMinutes(1));
        var held = bench.Pods.Count(p => Image(p) == "web:2");
        Assert.That(held, Is.InRange(1, 4));
        Assert.That(bench.Pods, Has.Count.InRange(8, 10));
        bench.Modify("web", d => ((JsonObject)d["spec"]!).Remove("paused"));
        bench.RunFor(TimeSpan.FromSeconds(5));
        Assert.That(bench.Pods.Select(Image), Is.All.EqualTo("web:2"));
    }

    [Test]
    public async Task A_crashing_container_restarts_later_and_later()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.Deployments, ControllerBench.Namespace, ControllerBench.Deployment("web", 1, "web:1-crash"));
        bench.RunFor(TimeSpan.FromMinutes(10));
        var container = bench.Pods[0]["status"]!["containerStatuses"]![0]!;
        // Restarts at 0, 10, 30, 70, 150, 310 s and then every 5 minutes.
        Assert.That((int?)container["restartCount"], Is.EqualTo(6));
        Assert.That((string?)container["state"]!["waiting"]!["reason"], Is.EqualTo("CrashLoopBackOff"));
        Assert.That((string?)container["lastState"]!["terminated"]!["reason"], Is.EqualTo("Error"));
    }

    [Test]
    public async Task An_out_of_memory_kill_shows_in_the_last_state_and_the_pod_recovers()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.Deployments, ControllerBench.Namespace, ControllerBench.Deployment("web", 1, "web:1"));
        bench.RunFor(TimeSpan.FromSeconds(5));
        var name = (string)bench.Pods[0]["metadata"]!["name"]!;
        Assert.That(bench.Kubelet.Crash(new ObjectKey(ControllerBench.Namespace, name), bench.Loop, outOfMemory: true), Is.True);
        bench.RunFor(TimeSpan.FromSeconds(5));
        var container = bench.Pods[0]["status"]!["containerStatuses"]![0]!;
        Assert.That((string?)container["lastState"]!["terminated"]!["reason"], Is.EqualTo("OOMKilled"));
        Assert.That((bool?)container["ready"], Is.True);
        Assert.That((int?)container["restartCount"], Is.EqualTo(1));
    }

    [Test]
    public async Task Nothing_is_due_once_a_cluster_has_settled()
    {
        await using var bench = new ControllerBench();
        bench.Store.Create(ResourceTypes.Deployments, ControllerBench.Namespace, ControllerBench.Deployment("web", 3, "web:1"));
        bench.RunFor(TimeSpan.FromMinutes(15));
        var before = bench.Store.Version;
        Assert.That(bench.Loop.Step(), Is.Null);
        Assert.That(bench.Store.Version, Is.EqualTo(before));
    }

    private static string Image(JsonObject pod) => (string)pod["spec"]!["containers"]![0]!["image"]!;

    private static async Task CheckBounds(int replicas, int surge, int unavailable, ulong seed, bool fails)
    {
        await using var bench = new ControllerBench(new KubeletTiming { Jitter = 0.9 }, seed);
        bench.Store.Create(ResourceTypes.Deployments, ControllerBench.Namespace, ControllerBench.Deployment("web", replicas, "web:1", new JsonObject
        {
            ["strategy"] = new JsonObject
            {
                ["type"] = "RollingUpdate",
                ["rollingUpdate"] = new JsonObject
                {
                    ["maxSurge"] = surge == 0 && unavailable == 0 ? 1 : surge,
                    ["maxUnavailable"] = unavailable,
                },
            },
        }));
        bench.RunFor(TimeSpan.FromSeconds(3));
        var since = bench.Store.Version;
        bench.SetImage("web", fails ? "web:2-broken" : "web:2");
        bench.RunFor(TimeSpan.FromSeconds(10));
        bench.SetImage("web", "web:3");
        bench.RunFor(TimeSpan.FromSeconds(20));
        var most = replicas + (surge == 0 && unavailable == 0 ? 1 : surge);
        foreach (var (asked, ready) in Counts(bench, since))
        {
            Assert.That(asked, Is.LessThanOrEqualTo(most));
            Assert.That(ready, Is.GreaterThanOrEqualTo(Math.Max(0, replicas - unavailable)));
        }

        Assert.That(bench.Pods.Select(Image), Is.All.EqualTo("web:3"));
        Assert.That(bench.Pods, Has.Count.EqualTo(replicas));
    }

    /// <summary>
    /// Pods that all ReplicaSets together ask for, and pods that are ready and not being deleted, after every change since a version.
    /// What is asked for is what the real controller bounds; pods that exist may pass it while one ReplicaSet is quicker than another.
    /// </summary>
    private static IEnumerable<(int Asked, int Ready)> Counts(ControllerBench bench, long since)
    {
        var asked = new Dictionary<string, int>();
        var ready = new HashSet<string>();
        foreach (var change in bench.Changes)
        {
            if (change.Type == ResourceTypes.ReplicaSets)
            {
                asked[change.Name] = change.Change == StoreChange.Deleted ? 0 : (int)change.Item["spec"]!["replicas"]!;
            }
            else if (change.Type == ResourceTypes.Pods)
            {
                var leaving = change.Change == StoreChange.Deleted || change.Item["metadata"]!["deletionTimestamp"] is not null;
                var conditions = change.Item["status"]?["conditions"] as JsonArray ?? [];
                var serves = !leaving && conditions.Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True");
                _ = serves ? ready.Add(change.Name) : ready.Remove(change.Name);
            }

            if (change.Version > since)
            {
                yield return (asked.Values.Sum(), ready.Count);
            }
        }
    }
}
