using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>The daemon guards a StatefulSet of four pods.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class StatefulSetTests
{
    [Test]
    public async Task A_good_release_is_held_by_the_partition_and_stays(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.StampKnownGood, cancellationToken);

        Assert.That(daemon.Decisions.Kinds, Is.EqualTo(new[]
        {
            DecisionKind.Start, DecisionKind.Hold, DecisionKind.Resume, DecisionKind.End, DecisionKind.StampKnownGood,
        }), daemon.Decisions.ToString());
        Assert.That(shop.History.Partitions, Is.EqualTo(new[] { 0, 3, 0 }), "held above db-2, and given back");
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good }));
        Assert.That(shop.KnownGood, Is.EqualTo(new[] { TestShop.Good }));
        Assert.That(shop.History.States[^1].PausedBy, Is.Null);
    }

    [Test]
    public async Task A_bad_release_is_rolled_back_once_from_the_hold(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.TakenBackAsync(shop, cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }), daemon.Decisions.ToString());
        Assert.That(shop.History.Partitions, Is.EqualTo(new[] { 0, 3, 0 }));
        Assert.That(shop.Cluster.Api.Counters.Of("patch", "statefulsets"), Is.EqualTo(2), "one hold and one rollback");
        Assert.That(shop.Cluster.Api.Counters.Of("delete", "pods"), Is.Zero, "its pods were ready, so the controller replaced them itself");
        Assert.That(shop.PodsOf(TestShop.Bad), Is.Zero);
    }

    [Test]
    public async Task A_partition_that_a_person_set_is_never_lowered(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken, pacing: false);

        SetPartition(shop, 3);
        shop.Deploy(TestShop.Bad);
        var page = await daemon.Decisions.UntilAsync(DecisionKind.Page, cancellationToken);
        await daemon.Decisions.UntilToldAsync(5, cancellationToken);

        Assert.That(page.Reason, Does.Contain("somebody else paused"));
        Assert.That(shop.WritesOverTheApi, Is.Zero, "nothing was written while the person held it");
        Assert.That(shop.History.States[^1], Has.Property("Partition").EqualTo(3).And.Property("Image").EqualTo(TestShop.Bad));

        SetPartition(shop, 0);
        await daemon.TakenBackAsync(shop, cancellationToken);
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }

    [Test]
    [Category("Fault")]
    public async Task A_partition_that_a_person_changes_during_the_hold_is_that_person_s(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken, stepSeconds: 6);

        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        SetPartition(shop, 2);
        await daemon.Decisions.UntilToldAsync(12, cancellationToken);

        Assert.That(shop.History.Partitions, Is.EqualTo(new[] { 0, 3, 2 }), daemon.Decisions.ToString());
        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.Resume));
        Assert.That(shop.PodsOf(TestShop.Good), Is.EqualTo(2));
        SetPartition(shop, 0);
        await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good }));
    }

    [Test]
    public async Task A_person_s_undo_during_the_hold_wins_and_the_partition_is_given_back(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        shop.Deploy(TestShop.First);
        await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await shop.UntilAsync(s => s.PausedBy is null, "the partition to be given back", cancellationToken);

        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.RollBack), daemon.Decisions.ToString());
        Assert.That(shop.History.Partitions, Is.EqualTo(new[] { 0, 3, 0 }));
    }

    [Test]
    [Category("Fault")]
    public async Task A_person_who_is_quicker_than_the_rollback_s_write_wins(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var slow = shop.Cluster.Api.Faults.Inject(
            call => call is { Verb: "patch", Resource: "statefulsets" } && (underWay.TrySetResult() || true), new ApiFault.Latency(TimeSpan.FromSeconds(3)), times: 1);
        await underWay.Task.WaitAsync(cancellationToken);

        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAsync(
            () => daemon.Decisions.Acts.Any(a => a is { Decision.Kind: DecisionKind.RollBack, Outcome: ActionOutcome.LostRace }),
            "the rollback to lose the race", cancellationToken);
        await shop.UntilAsync(s => s.PausedBy is null, "the partition to be given back", cancellationToken);
        await shop.SettledAsync(cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.Good }), daemon.Decisions.ToString());
        Assert.That(shop.History.Rollbacks, Is.Zero);
    }

    private static Task<TestShop> StartShopAsync(CancellationToken cancellationToken) =>
        TestShop.StartAsync(cancellationToken, kind: WorkloadKind.StatefulSet, replicas: 4);

    private static string Policy(bool pacing = true, int stepSeconds = 4) =>
        PolicyText.For(TestShop.Space, pacing: pacing, stepSeconds: stepSeconds, kind: "StatefulSet");

    private static Task<GuardedDaemon> StartAsync(TestShop shop, CancellationToken cancellationToken, bool pacing = true, int stepSeconds = 4) =>
        GuardedDaemon.StartKnowingAsync(shop, Policy(pacing, stepSeconds), cancellationToken);

    private static void SetPartition(TestShop shop, int partition) =>
        shop.Modify(set => set["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"] = partition, "kubectl-patch");
}
