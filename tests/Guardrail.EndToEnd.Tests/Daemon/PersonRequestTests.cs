using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>What people ask for in the record of a rollout is done once, and answered there.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class PersonRequestTests
{
    [Test]
    public async Task A_rollback_that_a_person_asks_for_is_done_once_and_can_be_released(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await HeldAsync(shop, cancellationToken);

        await records.AskAsync("one", RequestedAction.RollBack, cancellationToken);
        var record = await records.UntilAsync(shop, s => s is { Request.Id: "one", Outcome: not null }, "the answer and the end", cancellationToken);
        Assert.That(record.Status!.Request!.State, Is.EqualTo(RequestState.Done), record.Status.Request.Message);
        Assert.That(record.Status.Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
        Assert.That(record.Status.Reason, Does.Match("^rolled back to [a-z0-9]+ because alice asked for it: INC-7$"));
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good, TestShop.First }));
        Assert.That(shop.History.States[^1], Has.Property("RolledBackBy").EqualTo("request-one").And.Property("Quarantined").Not.Null);

        await records.AskAsync("two", RequestedAction.Release, cancellationToken);
        await records.UntilAsync(shop, s => s.Request is { Id: "two", State: RequestState.Done }, "the release", cancellationToken);
        Assert.That(shop.History.States[^1].Quarantined, Is.Null);
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));

        await records.AskAsync("three", RequestedAction.Hold, cancellationToken);
        var over = await records.UntilAsync(shop, s => s.Request is { Id: "three" }, "the refusal", cancellationToken);
        Assert.That((over.Status!.Request!.State, over.Status.Request.Message), Is.EqualTo((RequestState.Refused, "Nothing was done: the rollout is over (RolledBack).")));
    }

    [Test]
    public async Task What_a_person_holds_stays_held_until_a_person_resumes_it(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await HeldAsync(shop, cancellationToken);

        await records.AskAsync("one", RequestedAction.Hold, cancellationToken);
        await records.UntilAsync(shop, s => s.Request is { Id: "one", State: RequestState.Done }, "the hold", cancellationToken);
        await daemon.Decisions.UntilToldAsync(12, cancellationToken);
        Assert.That(shop.History.States[^1], Has.Property("Paused").True.And.Property("PausedBy").Null, "longer than a step, and not resumed");

        await records.AskAsync("two", RequestedAction.Resume, cancellationToken);
        await records.UntilAsync(shop, s => s.Request is { Id: "two", State: RequestState.Done }, "the resume", cancellationToken);
        await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good }));
        Assert.That(shop.History.States[^1].Paused, Is.False);
    }

    [Test]
    public async Task A_StatefulSet_that_a_person_holds_stays_held_until_a_person_resumes_it(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, kind: WorkloadKind.StatefulSet, replicas: 4);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await HeldAsync(shop, cancellationToken, "StatefulSet");

        await records.AskAsync("one", RequestedAction.Hold, cancellationToken);
        var held = await records.UntilAsync(shop, s => s.Request is { Id: "one" }, "the hold", cancellationToken);
        Assert.That(held.Status!.Request!.State, Is.EqualTo(RequestState.Done), held.Status.Request.Message);
        await daemon.Decisions.UntilToldAsync(12, cancellationToken);
        Assert.That(shop.History.States[^1], Has.Property("Partition").EqualTo(3).And.Property("PausedBy").Null, "longer than a step, and not resumed");

        await records.AskAsync("two", RequestedAction.Resume, cancellationToken);
        await records.UntilAsync(shop, s => s.Request is { Id: "two", State: RequestState.Done }, "the resume", cancellationToken);
        await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good }));
        Assert.That(shop.History.States[^1].Partition, Is.Zero);
    }

    [Test]
    public async Task A_StatefulSet_is_rolled_back_when_a_person_asks_for_it(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, kind: WorkloadKind.StatefulSet, replicas: 4);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await HeldAsync(shop, cancellationToken, "StatefulSet");

        await records.AskAsync("one", RequestedAction.RollBack, cancellationToken);
        var record = await records.UntilAsync(shop, s => s is { Request.Id: "one", Outcome: not null }, "the answer and the end", cancellationToken);
        Assert.That(record.Status!.Request!.State, Is.EqualTo(RequestState.Done), record.Status.Request.Message);
        Assert.That(record.Status.Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good, TestShop.First }));
        Assert.That(shop.History.States[^1].Partition, Is.Zero);
    }

    private static async Task<GuardedDaemon> HeldAsync(TestShop shop, CancellationToken cancellationToken, string kind = "Deployment")
    {
        var policy = PolicyText.For(TestShop.Space, stepSeconds: 8, kind: kind);
        var daemon = await GuardedDaemon.StartKnowingAsync(shop, policy, cancellationToken, records: true);
        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        return daemon;
    }
}
