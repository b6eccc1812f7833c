using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Testing.Programs;

namespace Guardrail.EndToEnd.Tests.Chart;

/// <summary>Real Helm installs, upgrades, tests and uninstalls the chart on an embedded API server. Nobody runs its pods: hooks are played by hand.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[Category("Helm")]
[CancelAfter(120_000)]
internal sealed class HelmReleaseTests
{
    private const string Space = "guardrail";
    private static readonly string[] Definitions = ["guardedrollouts.guardrail.dev", "guardrailpolicies.guardrail.dev"];

    [Test]
    public async Task It_installs_upgrades_and_uninstalls_and_leaves_the_records(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, replicas: 2);
        var store = shop.Cluster.Store;
        using var hooks = new HookPlayer(shop.Cluster, shop.Kubeconfig);
        string[] at = ["--namespace", Space, "--kubeconfig", shop.Kubeconfig, "--timeout", "60s"];
        string[] values = ["--set", "scrape.enabled=true,defaultPolicy.namespaces={shop},networkPolicy.egress.restrict=true"];

        var told = await HelmProgram.DoAsync(cancellationToken, ["install", "guardrail", HelmProgram.Chart, "--create-namespace", .. at, .. values]);
        Assert.That(told, Does.Contain("may do no more than Observe").And.Contain("helm -n guardrail test guardrail"));
        Assert.That(hooks.Played, Is.EqualTo(new[] { "crds apply" }));
        Assert.That(Names(store, ResourceTypes.CustomResourceDefinitions), Is.EqualTo(Definitions));
        Assert.That((int?)store.Get(ResourceTypes.Deployments, Space, "guardrail")["spec"]!["replicas"], Is.EqualTo(2));
        Assert.That(store.List(ResourceTypes.NetworkPolicies, Space).Items, Has.Count.EqualTo(1));
        Assert.That(store.List(ResourceTypes.PodDisruptionBudgets, Space).Items, Has.Count.EqualTo(1));
        Assert.That(store.List(ResourceTypes.Jobs, Space).Items, Is.Empty, "the Job is gone");
        Assert.That(Names(store, ResourceTypes.ClusterRoles), Is.EquivalentTo(new[] { "guardrail", "guardrail-edit", "guardrail-on-call", "guardrail-view" }), "and so are its rights");

        // An old definition, as an earlier version of the chart left it.
        store.Modify(ResourceTypes.CustomResourceDefinitions, null, Definitions[1], definition => definition["spec"]!["names"]!.AsObject().Remove("shortNames"));
        await HelmProgram.DoAsync(cancellationToken, ["upgrade", "guardrail", HelmProgram.Chart, .. at, .. values, "--set", "replicas=3,autonomyCeiling=Enforce"]);
        Assert.That(hooks.Played, Is.EqualTo(new[] { "crds apply", "crds apply" }));
        Assert.That(store.Get(ResourceTypes.CustomResourceDefinitions, null, Definitions[1])["spec"]!["names"]!["shortNames"]?.ToJsonString(), Is.EqualTo("[\"grp\"]"), "brought to this version");
        Assert.That((int?)store.Get(ResourceTypes.Deployments, Space, "guardrail")["spec"]!["replicas"], Is.EqualTo(3));
        Assert.That(store.Get(ResourceTypes.ClusterRoles, null, "guardrail").ToJsonString(), Does.Contain("\"patch\""), "with the ceiling come the rights");
        Assert.That((await HelmProgram.RunAsync(cancellationToken, ["test", "guardrail", .. at])).ExitCode, Is.Zero);
        Assert.That(hooks.Played[^1], Is.EqualTo("ready --within=60s http://guardrail.guardrail:9464"));

        await HelmProgram.DoAsync(cancellationToken, ["uninstall", "guardrail", .. at, "--wait"]);
        foreach (var type in new[] { ResourceTypes.Deployments, ResourceTypes.Services, ResourceTypes.ServiceAccounts, ResourceTypes.Roles, ResourceTypes.RoleBindings, ResourceTypes.NetworkPolicies, ResourceTypes.PodDisruptionBudgets, ResourceTypes.ConfigMaps })
        {
            Assert.That(store.List(type, Space).Items, Is.Empty, type.Plural);
        }

        Assert.That(Names(store, ResourceTypes.ClusterRoles).Concat(Names(store, ResourceTypes.ClusterRoleBindings)), Is.Empty);
        Assert.That(Names(store, ResourceTypes.CustomResourceDefinitions), Is.EqualTo(Definitions), "the records stay");
    }

    private static IEnumerable<string> Names(ObjectStore store, ResourceType type) =>
        store.List(type).Items.Select(item => (string)item["metadata"]!["name"]!).Order(StringComparer.Ordinal);

    /// <summary>Stands in for the kubelet: runs what the Job's container would, and says that the pod of <c>helm test</c> ended well.</summary>
    private sealed class HookPlayer : IDisposable
    {
        private readonly EmbeddedCluster cluster;
        private readonly string kubeconfig;
        private readonly IDisposable subscription;
        private readonly List<string> played = [];

        public HookPlayer(EmbeddedCluster cluster, string kubeconfig)
        {
            (this.cluster, this.kubeconfig) = (cluster, kubeconfig);
            subscription = cluster.Store.Subscribe(change => _ = Task.Run(() => PlayAsync(change)));
        }

        public string[] Played
        {
            get
            {
                lock (played)
                {
                    return [.. played];
                }
            }
        }

        public void Dispose() => subscription.Dispose();

        private async Task PlayAsync(StoreEvent change)
        {
            // The embedded kubelet goes on to run the pod; it ended well all the same.
            var goesOn = change.Change == StoreChange.Modified && (string?)change.Item["kind"] == "Pod" && (string?)change.Item["status"]?["phase"] != "Succeeded";
            if ((change.Change != StoreChange.Added && !goesOn) || change.Item["metadata"]?["annotations"]?["helm.sh/hook"] is null
                || (string?)change.Item["kind"] is not ("Job" or "Pod"))
            {
                return;
            }

            var name = (string)change.Item["metadata"]!["name"]!;
            var isJob = (string?)change.Item["kind"] == "Job";
            var spec = isJob ? change.Item["spec"]!["template"]!["spec"]! : change.Item["spec"]!;
            string[] arguments = [.. spec["containers"]![0]!["args"]!.AsArray().Select(a => (string)a!)];
            var code = isJob ? (await GuardrailProcess.RunAsync(CancellationToken.None, [.. arguments, "--kubeconfig", kubeconfig])).ExitCode : 0;
            lock (played)
            {
                if (!goesOn)
                {
                    played.Add(string.Join(' ', arguments));
                }
            }

            JsonObject status = isJob
                ? new()
                {
                    [code == 0 ? "succeeded" : "failed"] = 1,
                    ["conditions"] = new JsonArray(new JsonObject { ["type"] = code == 0 ? "Complete" : "Failed", ["status"] = "True" }),
                }
                : new() { ["phase"] = "Succeeded" };
            cluster.Store.Modify(
                isJob ? ResourceTypes.Jobs : ResourceTypes.Pods, Space, name,
                item =>
                {
                    item["status"] = status;
                    return true;
                },
                "status");
        }
    }
}
