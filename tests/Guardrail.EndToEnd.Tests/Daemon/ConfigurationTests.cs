using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>A bad release that also changes a ConfigMap in place, from the daemon's start to the record.</summary>
[Category("EndToEnd")]
[Category("Fault")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class ConfigurationTests
{
    [Test]
    public async Task A_ConfigMap_mutated_with_a_bad_release_goes_back_with_it_before_any_old_pod_is_made_again(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        var store = shop.Cluster.Store;
        store.Create(ResourceTypes.ConfigMaps, TestShop.Space, JsonNode.Parse("""{"metadata": {"name": "env"}, "data": {"LIMIT": "10"}}""")!.AsObject());
        shop.Modify(
            deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["envFrom"] =
                new JsonArray(new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = "env" } }),
            "deployer");
        await shop.SettledAsync(cancellationToken);
        await using var daemon = await GuardedDaemon.StartRecordingAsync(
            shop, PolicyText.For(TestShop.Space) + "  restoreConfig: ConfigMaps\n", cancellationToken);
        await shop.Cluster.WaitUntilAsync(() => Copies(store, "known-good") == 1, cancellationToken);

        // The second time it asks for the first image, it is the rollback.
        var read = new List<(string? Image, string? Limit)>();
        using var watch = store.Subscribe(change =>
        {
            if (change is { Change: StoreChange.Added } && change.Type == ResourceTypes.Pods)
            {
                read.Add(((string?)change.Item["spec"]!["containers"]![0]!["image"], Limit(store)));
            }
        });
        store.Modify(ResourceTypes.ConfigMaps, TestShop.Space, "env", config =>
        {
            config["data"]!["LIMIT"] = "0";
            return true;
        });
        shop.Deploy(TestShop.Bad);
        var record = await records.UntilAsync(
            shop, s => s.Outcome is not null && s.Intents.All(i => i.Outcome is not null), "the end in the record", cancellationToken);
        await shop.SettledAsync(cancellationToken);

        Assert.That(record.Status!.Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
        Assert.That(Limit(store), Is.EqualTo("10"));
        Assert.That(Copies(store, "replaced"), Is.EqualTo(1));
        Assert.That(read.Where(pod => pod.Image == TestShop.Bad).Select(pod => pod.Limit), Is.Not.Empty.And.All.EqualTo("0"));
        Assert.That(read.Where(pod => pod.Image == TestShop.First).Select(pod => pod.Limit), Is.Not.Empty.And.All.EqualTo("10"));
        var rollback = record.Status.Intents.Single(i => i.Action == IntendedAction.RollBack);
        Assert.That(rollback.Outcome!.Message, Does.StartWith("restored with it: ConfigMap env (what it held is kept in guardrail-config-"));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }

    private static string? Limit(ObjectStore store) => (string?)store.Get(ResourceTypes.ConfigMaps, TestShop.Space, "env")["data"]!["LIMIT"];

    private static int Copies(ObjectStore store, string why) => store.List(ResourceTypes.ConfigMaps, TestShop.Space).Items
        .Count(config => (string?)config["metadata"]!["labels"]?["guardrail.dev/configuration"] == why);
}
