using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>The daemon guards a DaemonSet on six nodes.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class DaemonSetTests
{
    private const string Crashing = "shop/checkout:v3-crash";

    [Test]
    public async Task A_good_release_goes_on_at_its_own_pace_and_is_stamped(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.StampKnownGood, cancellationToken);

        Assert.That(daemon.Decisions.Kinds, Is.EqualTo(new[] { DecisionKind.Start, DecisionKind.End, DecisionKind.StampKnownGood }), daemon.Decisions.ToString());
        Assert.That(daemon.Decisions.Decisions[0].Reason, Does.Contain("a DaemonSet has no pause"));
        Assert.That(shop.KnownGood, Is.EqualTo(new[] { TestShop.Good }));
        Assert.That(shop.Cluster.Api.Counters.Of("patch", "daemonsets"), Is.Zero);
    }

    [Test]
    public async Task A_bad_release_is_rolled_back_once_while_it_goes_on(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad, RevisionBehaviour.Of(new Fault.ErrorRate(0.3)));
        await daemon.TakenBackAsync(shop, cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }), daemon.Decisions.ToString());
        Assert.That(shop.Cluster.Api.Counters.Of("patch", "daemonsets"), Is.EqualTo(1));
        Assert.That(shop.PodsOf(TestShop.Bad), Is.Zero);
    }

    [Test]
    public async Task A_person_s_undo_wins_and_nothing_is_written(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAsync(DecisionKind.Start, cancellationToken);
        shop.Deploy(TestShop.First);
        var end = await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        await shop.SettledAsync(cancellationToken);

        Assert.That(end.Reason, Does.Contain("somebody else returned"));
        Assert.That(shop.WritesOverTheApi, Is.Zero, daemon.Decisions.ToString());
    }

    [Test]
    [Category("Fault")]
    public async Task A_node_that_goes_away_during_a_good_rollout_is_no_reason_to_take_it_back(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Good);
        await shop.Cluster.WaitUntilAsync(() => shop.PodsOf(TestShop.Good) > 0, cancellationToken);
        shop.Cluster.Store.Delete(ResourceTypes.Nodes, null, "node-f");
        foreach (var pod in shop.Cluster.Store.List(ResourceTypes.Pods, TestShop.Space).Items.Where(p => (string?)p["spec"]?["nodeName"] == "node-f").ToArray())
        {
            // What the pod collector does some 40 seconds later.
            shop.Cluster.Store.Delete(ResourceTypes.Pods, TestShop.Space, (string)pod["metadata"]!["name"]!, new DeleteOptions { GracePeriodSeconds = 0 });
        }

        await shop.SettledAsync(cancellationToken);
        await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);

        Assert.That(shop.PodsOf(TestShop.Good), Is.EqualTo(5));
        Assert.That(shop.History.Rollbacks, Is.Zero, daemon.Decisions.ToString());
    }

    [Test]
    [Category("Fault")]
    public async Task With_OnDelete_only_the_signs_without_statistics_take_it_back(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Modify(set => set["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" }, "kubectl-patch");
        shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await shop.Cluster.WaitUntilAsync(() => shop.Revisions.Count == 2, cancellationToken);
        var pod = shop.Cluster.Store.List(ResourceTypes.Pods, TestShop.Space).Items[0];
        shop.Cluster.RestartPod(TestShop.Space, (string)pod["metadata"]!["name"]!);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await daemon.Decisions.UntilToldAsync(3, cancellationToken);

        Assert.That(shop.History.States[^1].Image, Is.EqualTo(TestShop.First));
        Assert.That(shop.PodsOf(Crashing), Is.EqualTo(1), "it is the person who deletes pods");
    }

    private static Task<TestShop> StartShopAsync(CancellationToken cancellationToken) =>
        TestShop.StartAsync(cancellationToken, kind: WorkloadKind.DaemonSet, replicas: 6);

    private static Task<GuardedDaemon> StartAsync(TestShop shop, CancellationToken cancellationToken) =>
        GuardedDaemon.StartKnowingAsync(shop, PolicyText.For(TestShop.Space, kind: "DaemonSet"), cancellationToken);
}
