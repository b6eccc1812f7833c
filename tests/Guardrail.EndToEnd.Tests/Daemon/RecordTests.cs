using Guardrail.Daemon.Hosting;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>The record of a rollout, against an API server over HTTP.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class RecordTests
{
    private const int Prelude = 6;

    [Test]
    [Category("Fault")]
    public async Task Nothing_is_done_to_the_workload_while_the_intent_cannot_be_written_and_readiness_says_so(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await StartAsync(shop, PolicyText.For(TestShop.Space), cancellationToken);
        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        var fault = shop.Cluster.Api.Faults.Inject(
            call => call is { Resource: "guardedrollouts", IsWrite: true }, new ApiFault.Answer(500, "InternalError", "etcd is away"));
        await daemon.Decisions.UntilAsync(
            () => daemon.Decisions.Acts.Any(a => a is { Decision.Kind: DecisionKind.RollBack, Outcome: ActionOutcome.Failed }),
            "a rollback that waits", cancellationToken);
        var (status, text) = await daemon.GetAsync("/readyz", cancellationToken);
        Assert.That(status, Is.EqualTo(503));
        Assert.That(text, Does.Contain("records: ").And.Contain("etcd is away"));
        Assert.That(shop.Cluster.Api.Counters.Of("patch", "deployments"), Is.EqualTo(1), "the hold; no patch without its intent");

        fault.Dispose();
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        var record = await records.UntilAsync(shop, s => s.Outcome == RolloutOutcome.RolledBack, "the end in the record", cancellationToken);
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(record.Status!.Intents.Single(i => i.Action == IntendedAction.RollBack).Attempts, Is.GreaterThan(1));
    }

    [Test]
    public async Task The_record_tells_the_counts_the_reason_and_what_was_done(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await StartAsync(shop, PolicyText.For(TestShop.Space), cancellationToken);
        shop.Deploy(TestShop.Bad);
        var record = await records.UntilAsync(
            shop, s => s.Outcome is not null && s.Intents.All(i => i.Outcome is not null), "the end in the record", cancellationToken);

        var errors = record.Status!.Signals.Single(s => s is { Name: "errors", Kind: Engine.Detectors.DetectorKind.Comparison });
        Assert.That(errors.Canary.Events, Is.GreaterThan(errors.Control.Events));
        Assert.That(record.Status.Evidence!.Nats, Is.GreaterThanOrEqualTo(record.Status.Evidence.Threshold));
        Assert.That(record.Status.Reason, Does.Contain("errors"));
        Assert.That(record.Status.Conditions.Single(c => c.Type == RolloutConditions.RollbackReady).Status, Is.EqualTo("True"));
        Assert.That(record.Spec.Workload.Uid, Is.EqualTo((string)shop.Deployment["metadata"]!["uid"]!));
        Assert.That(record.Status.Timeline.Select(d => d.Kind), Does.Contain(DecisionKind.Start).And.Contain(DecisionKind.RollBack).And.Contain(DecisionKind.End));
    }

    [Test]
    [Category("Fault")]
    public async Task The_record_of_a_workload_that_was_deleted_during_its_rollout_stays_and_says_so(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await using var daemon = await StartAsync(shop, PolicyText.For(TestShop.Space), cancellationToken);
        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);

        shop.Cluster.Store.Delete(ResourceTypes.Deployments, TestShop.Space, TestShop.Service);
        var record = await records.UntilAsync(shop, s => s.Outcome == RolloutOutcome.Removed, "the end in the record", cancellationToken);
        Assert.That(record.Status!.Timeline[^1].Reason, Is.EqualTo("the workload is gone"));
        Assert.That(record.Status.Intents, Has.All.Property("Outcome").Not.Null);
    }

    [Test]
    public async Task Only_as_many_records_are_kept_as_the_policy_says(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        var policy = PolicyText.For(TestShop.Space, bakeSeconds: 1, stepSeconds: 1, pacing: false) + "  history: 2\n";
        await using var daemon = await StartAsync(shop, policy, cancellationToken);
        for (var release = 2; release <= 5; release++)
        {
            var ends = daemon.Decisions.Kinds.Count(k => k == DecisionKind.End);
            shop.Deploy($"shop/checkout:v{release}-fine");
            await daemon.Decisions.UntilAsync(
                () => daemon.Decisions.Kinds.Count(k => k == DecisionKind.End) > ends, $"the end of release {release}", cancellationToken);
        }

        GuardedRollout[] left;
        do
        {
            await daemon.Decisions.UntilToldAsync(1, cancellationToken);
            left = await records.ListAsync(cancellationToken);
        }
        while (left.Length > 2 || left.Any(r => r.Status?.Outcome is null));

        Assert.That(left.Select(r => r.Spec.Number), Is.EqualTo(new[] { 4L, 5L }), "the newest two");
    }

    [Test]
    [Category("Fault")]
    public async Task Without_the_definitions_a_daemon_that_must_keep_records_does_not_start_and_says_how(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        var fault = await Assert.ThrowsAsync<ConfigurationException>(() => StartAsync(shop, PolicyText.For(TestShop.Space), cancellationToken));
        Assert.That(fault!.Message, Does.Contain("kubectl apply -f charts/guardrail/crds/"));
    }

    private static async Task<GuardedDaemon> StartAsync(TestShop shop, string policy, CancellationToken cancellationToken)
    {
        var daemon = await GuardedDaemon.StartRecordingAsync(shop, policy, cancellationToken);
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);
        return daemon;
    }
}
