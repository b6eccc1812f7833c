using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>What a daemon still knows after a restart, by the records alone.</summary>
[Category("EndToEnd")]
[Category("Fault")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class MemoryTests
{
    [Test]
    public async Task A_storm_that_reached_its_limit_before_a_restart_allows_no_further_rollback_after_it(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        var policy = PolicyText.For(TestShop.Space) + "  storm: {rollbacks: 1, window: 10m}\n";
        await using (var first = await GuardedDaemon.StartKnowingAsync(shop, policy, cancellationToken, records: true))
        {
            shop.Deploy(TestShop.Bad);
            await first.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
            await records.UntilAsync(shop, s => s.Outcome == RolloutOutcome.RolledBack, "the end in the record", cancellationToken);
        }

        await shop.SettledAsync(cancellationToken);
        await using var second = await GuardedDaemon.StartKnowingAsync(shop, policy, cancellationToken, records: true);
        shop.Deploy("shop/checkout:v4-agent", TestShop.FivePercentErrors);
        var page = await second.Decisions.UntilAsync(DecisionKind.Page, cancellationToken);
        await second.Decisions.UntilToldAsync(GuardedDaemon.Prelude, cancellationToken);

        Assert.That(page.Reason, Does.Contain("storm: 1 rollback in the last 10 min"), second.Decisions.ToString());
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.History.States[^1].Paused, Is.True, "it is held meanwhile");
    }

    [Test]
    public async Task Whether_a_rollback_was_the_cure_is_found_out_though_the_daemon_was_restarted_before(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        var policy = PolicyText.For(TestShop.Space) + "  cureWindow: 30s\n";
        await using (var first = await GuardedDaemon.StartKnowingAsync(shop, policy, cancellationToken, records: true))
        {
            shop.Deploy(TestShop.Bad);
            await first.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
            await first.StopAsync(cancellationToken);
        }

        var left = (await records.ListAsync(cancellationToken)).Single().Status!;
        Assert.That((left.Outcome, left.Cure?.State), Is.EqualTo((RolloutOutcome.RolledBack, RecordedCureState.Awaited)));
        Assert.That(left.Checkpoint, Is.Not.Null, "there is something left to be watched");

        await using var second = await GuardedDaemon.StartRecordingAsync(shop, policy, cancellationToken);
        var cured = await second.Decisions.UntilAsync(
            d => d.Kind is DecisionKind.Cured or DecisionKind.NotCured or DecisionKind.CureUnknown, "the answer", cancellationToken);
        var record = await records.UntilAsync(shop, s => s.Cure is { IsOpen: false }, "the answer in the record", cancellationToken);

        Assert.That(cured.Kind, Is.EqualTo(DecisionKind.Cured), cured.Reason);
        Assert.That(record.Status!.Cure!.State, Is.EqualTo(RecordedCureState.Cured));
        Assert.That(record.Status.Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
        Assert.That(record.Status.Checkpoint, Is.Null, "what is over needs none");
        Assert.That(record.Status.Timeline[^1].Kind, Is.EqualTo(DecisionKind.Cured));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }
}
