using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>The daemon guards a StatefulSet of four pods.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class StatefulSetTests
{
    private const string Crashing = "shop/checkout:v3-crash";

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
        await TakenBackAsync(shop, daemon, cancellationToken);

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
        await TakenBackAsync(shop, daemon, cancellationToken);
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
        using var slow = shop.Cluster.Api.Faults.Inject(
            call => call is { Verb: "patch", Resource: "statefulsets" }, new ApiFault.Latency(TimeSpan.FromSeconds(3)), times: 1);
        while (shop.Cluster.Api.Counters.Of("patch", "statefulsets") < 2)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAsync(
            () => daemon.Decisions.Acts.Any(a => a is { Decision.Kind: DecisionKind.RollBack, Outcome: ActionOutcome.LostRace }),
            "the rollback to lose the race", cancellationToken);
        await shop.UntilAsync(s => s.PausedBy is null, "the partition to be given back", cancellationToken);
        await shop.SettledAsync(cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.Good }), daemon.Decisions.ToString());
        Assert.That(shop.History.Rollbacks, Is.Zero);
    }

    [Test]
    [Category("Fault")]
    public async Task A_set_that_is_stuck_on_a_broken_pod_is_freed_of_it(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await TakenBackAsync(shop, daemon, cancellationToken);

        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.Cluster.Api.Counters.Of("delete", "pods"), Is.EqualTo(1), daemon.Decisions.ToString());
        Assert.That(shop.PodsOf(TestShop.First), Is.EqualTo(4));
    }

    [Test]
    [Category("Fault")]
    public async Task The_record_of_a_stuck_set_tells_of_one_rollback_and_of_the_pod_that_was_deleted(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await GuardedDaemon.StartRecordingAsync(shop, Policy(), cancellationToken);
        await daemon.Decisions.UntilToldAsync(6, cancellationToken);

        shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await TakenBackAsync(shop, daemon, cancellationToken);
        var record = await records.UntilAsync(
            shop, s => s.Outcome is not null && s.Intents.Any(i => i is { Action: IntendedAction.DeletePod, Outcome: not null }),
            "one record with the deletion", cancellationToken);

        Assert.That(record.Status!.Outcome, Is.EqualTo(RolloutOutcome.RolledBack), record.Status.Reason);
        Assert.That(record.Status.Intents.Count(i => i.Action == IntendedAction.RollBack), Is.EqualTo(1));
        var deletion = record.Status.Intents.Single(i => i.Action == IntendedAction.DeletePod);
        Assert.That((deletion.Pod, deletion.Outcome!.State), Is.EqualTo((TestShop.Service + "-3", IntentState.Applied)));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }

    [Test]
    [Category("Fault")]
    public async Task Ended_between_the_two_steps_of_a_rollback_the_next_start_finishes_it(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        var refusal = shop.Cluster.Api.Faults.Inject(call => call is { Verb: "delete", Resource: "pods" }, new ApiFault.Answer(500, "InternalError", "down"));
        await using (var first = await StartAsync(shop, cancellationToken))
        {
            shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
            await first.Decisions.UntilAsync(DecisionKind.DeletePod, cancellationToken);
            await first.StopAsync(cancellationToken);
        }

        Assert.That(shop.PodsOf(Crashing), Is.EqualTo(1), "the broken pod is still there");
        refusal.Dispose();
        await using var second = await GuardedDaemon.StartAsync(shop, Policy(), cancellationToken);
        await second.Decisions.UntilAppliedAsync(DecisionKind.DeletePod, cancellationToken);
        await shop.SettledAsync(cancellationToken);

        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(second.Decisions.Kinds, Does.Not.Contain(DecisionKind.RollBack), second.Decisions.ToString());
        Assert.That(shop.PodsOf(TestShop.First), Is.EqualTo(4));
    }

    [Test]
    [Category("Fault")]
    public async Task Without_the_ControllerRevision_to_return_to_a_person_is_called(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);
        var first = (string)shop.Revisions.Single()["metadata"]!["name"]!;

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        shop.Cluster.Store.Delete(ResourceTypes.ControllerRevisions, TestShop.Space, first);
        var page = await daemon.Decisions.UntilAsync(DecisionKind.Page, cancellationToken);

        Assert.That(page.Reason, Does.Contain("no known good revision is left"));
        Assert.That(shop.History.Rollbacks, Is.Zero);
        Assert.That(shop.History.States[^1].Image, Is.EqualTo(TestShop.Bad));
    }

    [Test]
    [Category("Fault")]
    public async Task A_set_that_is_deleted_during_the_hold_is_let_go(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        var writes = shop.WritesOverTheApi;
        shop.Cluster.Store.Delete(shop.Type, TestShop.Space, TestShop.Service);
        var end = await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);

        Assert.That(end.Reason, Does.Contain("gone"));
        Assert.That(shop.WritesOverTheApi, Is.EqualTo(writes));
    }

    [Test]
    [Category("Fault")]
    public async Task A_set_that_is_scaled_to_zero_during_the_hold_gets_its_partition_back(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken, stepSeconds: 30);

        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        shop.Modify(set => set["spec"]!["replicas"] = 0, "kubectl-scale");
        await shop.UntilAsync(s => s.PausedBy is null, "the partition to be given back", cancellationToken);

        Assert.That(shop.History.States[^1].Partition, Is.Zero);
        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.RollBack), daemon.Decisions.ToString());
    }

    [Test]
    [Category("Fault")]
    public async Task A_set_of_one_pod_is_not_held_and_is_still_taken_back(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, kind: WorkloadKind.StatefulSet, replicas: 1);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await TakenBackAsync(shop, daemon, cancellationToken);

        Assert.That(shop.History.Partitions, Is.EqualTo(new[] { 0 }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }

    [Test]
    [Category("Fault")]
    public async Task With_OnDelete_the_template_is_taken_back_and_the_pods_are_left_to_the_person(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Modify(set => set["spec"]!["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" }, "kubectl-patch");
        shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await shop.Cluster.WaitUntilAsync(() => shop.Revisions.Count == 2, cancellationToken);
        shop.Cluster.RestartPod(TestShop.Space, TestShop.Service + "-3");
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await daemon.Decisions.UntilToldAsync(4, cancellationToken);

        Assert.That(shop.History.States[^1].Image, Is.EqualTo(TestShop.First));
        Assert.That(shop.PodsOf(Crashing), Is.EqualTo(1), "it is the person who deletes pods");
        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.DeletePod).And.Not.Contain(DecisionKind.Hold), daemon.Decisions.ToString());
    }

    private static Task<TestShop> StartShopAsync(CancellationToken cancellationToken) =>
        TestShop.StartAsync(cancellationToken, kind: WorkloadKind.StatefulSet, replicas: 4);

    private static string Policy(bool pacing = true, int stepSeconds = 4) =>
        PolicyText.For(TestShop.Space, pacing: pacing, stepSeconds: stepSeconds, kind: "StatefulSet");

    private static async Task<GuardedDaemon> StartAsync(TestShop shop, CancellationToken cancellationToken, bool pacing = true, int stepSeconds = 4)
    {
        var daemon = await GuardedDaemon.StartAsync(shop, Policy(pacing, stepSeconds), cancellationToken);
        await daemon.Decisions.UntilToldAsync(6, cancellationToken);
        return daemon;
    }

    private static async Task TakenBackAsync(TestShop shop, GuardedDaemon daemon, CancellationToken cancellationToken)
    {
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await daemon.Decisions.UntilToldAsync(3, cancellationToken);
    }

    private static void SetPartition(TestShop shop, int partition) =>
        shop.Modify(set => set["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"] = partition, "kubectl-patch");
}
