using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>A StatefulSet of four pods whose release cannot start, or that is changed, deleted or has lost its history meanwhile.</summary>
[Category("EndToEnd")]
[Category("Fault")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class StatefulSetFaultTests
{
    private const string Crashing = "shop/checkout:v3-crash";

    [Test]
    public async Task A_set_that_is_stuck_on_a_broken_pod_is_freed_of_it(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await daemon.TakenBackAsync(shop, cancellationToken);

        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.Cluster.Api.Counters.Of("delete", "pods"), Is.EqualTo(1), daemon.Decisions.ToString());
        Assert.That(shop.PodsOf(TestShop.First), Is.EqualTo(4));
    }

    [Test]
    public async Task The_record_of_a_stuck_set_tells_of_one_rollback_and_of_the_pod_that_was_deleted(CancellationToken cancellationToken)
    {
        await using var shop = await StartShopAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await GuardedDaemon.StartKnowingAsync(shop, Policy(), cancellationToken, records: true);

        shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await daemon.TakenBackAsync(shop, cancellationToken);
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
    public async Task A_set_of_one_pod_is_not_held_and_is_still_taken_back(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, kind: WorkloadKind.StatefulSet, replicas: 1);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(Crashing, RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await daemon.TakenBackAsync(shop, cancellationToken);

        Assert.That(shop.History.Partitions, Is.EqualTo(new[] { 0 }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }

    [Test]
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

    private static string Policy(int stepSeconds = 4) => PolicyText.For(TestShop.Space, stepSeconds: stepSeconds, kind: "StatefulSet");

    private static Task<GuardedDaemon> StartAsync(TestShop shop, CancellationToken cancellationToken, int stepSeconds = 4) =>
        GuardedDaemon.StartKnowingAsync(shop, Policy(stepSeconds), cancellationToken);
}
