using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
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
        // Long enough for a history of seconds: a bad release that gets past its step is another test's matter.
        await using var daemon = await KeptAsync(shop, stepSeconds: 12, cancellationToken);

        // The second time it asks for the first image, it is the rollback.
        var read = new List<(string? Image, string? Limit)>();
        using var watch = store.Subscribe(change =>
        {
            if (change is { Change: StoreChange.Added } && change.Type == ResourceTypes.Pods)
            {
                read.Add(((string?)change.Item["spec"]!["containers"]![0]!["image"], Limit(store)));
            }
        });
        Mutate(store);
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

    [Test]
    public async Task A_ConfigMap_mutated_with_a_release_goes_back_when_a_person_asks_for_the_rollback(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        var store = shop.Cluster.Store;
        await using var daemon = await KeptAsync(shop, stepSeconds: 8, cancellationToken);
        await daemon.Decisions.UntilToldAsync(GuardedDaemon.Prelude, cancellationToken);
        Mutate(store);
        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);

        await records.AskAsync("one", RequestedAction.RollBack, cancellationToken);
        var record = await records.UntilAsync(shop, s => s is { Request.Id: "one", Outcome: not null }, "the answer and the end", cancellationToken);

        Assert.That(record.Status!.Request!.Message, Does.Match(
            "^Rolled back to [a-z0-9]+\\. Of its configuration 1 restored: restored with it: ConfigMap env \\(what it held is kept in guardrail-config-[0-9a-f]+\\)\\.$"));
        Assert.That((record.Status.Outcome, Limit(store), Copies(store, "replaced")), Is.EqualTo((RolloutOutcome.RolledBack, "10", 1)));
        var rollback = record.Status.Intents.Single(i => i.Action == IntendedAction.RollBack);
        Assert.That((rollback.Decision, rollback.Configuration), Is.EqualTo(("request-one", ConfigurationScope.ConfigMaps)));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }

    /// <summary>A daemon that has kept the ConfigMap <c>env</c> which the shop reads.</summary>
    private static async Task<GuardedDaemon> KeptAsync(TestShop shop, int stepSeconds, CancellationToken cancellationToken)
    {
        var store = shop.Cluster.Store;
        store.Create(ResourceTypes.ConfigMaps, TestShop.Space, JsonNode.Parse("""{"metadata": {"name": "env"}, "data": {"LIMIT": "10"}}""")!.AsObject());
        shop.Modify(
            deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["envFrom"] =
                new JsonArray(new JsonObject { ["configMapRef"] = new JsonObject { ["name"] = "env" } }),
            "deployer");
        await shop.SettledAsync(cancellationToken);
        var daemon = await GuardedDaemon.StartRecordingAsync(
            shop, PolicyText.For(TestShop.Space, stepSeconds: stepSeconds) + "  restoreConfig: ConfigMaps\n", cancellationToken);
        await shop.Cluster.WaitUntilAsync(() => Copies(store, "known-good") == 1, cancellationToken);
        return daemon;
    }

    private static void Mutate(ObjectStore store) => store.Modify(ResourceTypes.ConfigMaps, TestShop.Space, "env", config =>
    {
        config["data"]!["LIMIT"] = "0";
        return true;
    });

    private static string? Limit(ObjectStore store) => (string?)store.Get(ResourceTypes.ConfigMaps, TestShop.Space, "env")["data"]!["LIMIT"];

    private static int Copies(ObjectStore store, string why) => store.List(ResourceTypes.ConfigMaps, TestShop.Space).Items
        .Count(config => (string?)config["metadata"]!["labels"]?["guardrail.dev/configuration"] == why);
}
