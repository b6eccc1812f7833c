using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>Deployments whose shape is unusual or changes in the middle, and an API server that is slow while it matters.</summary>
[Category("EndToEnd")]
[Category("Fault")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class WorkloadFaultTests
{
    private const int Prelude = 6;

    [Test]
    public async Task A_workload_that_is_recreated_all_at_once_is_taken_back_when_it_cannot_start(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, replicas: 3);
        shop.Modify(d => d["spec"]!["strategy"] = new JsonObject { ["type"] = "Recreate" }, "kubectl-edit");
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy("shop/checkout:v3-crash", RevisionBehaviour.Of(new Fault.CrashLoop(TimeSpan.FromSeconds(1))));
        await TakenBackAsync(shop, daemon, cancellationToken);

        Assert.That(shop.History.Pauses, Is.Zero, "a pause would leave nobody serving");
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That((string?)shop.Deployment["spec"]!["strategy"]!["type"], Is.EqualTo("Recreate"));
    }

    [Test]
    public async Task A_Deployment_of_one_pod_is_held_beside_its_old_pod_and_taken_back(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, replicas: 1);
        await using var daemon = await StartAsync(shop, cancellationToken);

        shop.Deploy(TestShop.Bad, RevisionBehaviour.Of(new Fault.ErrorRate(0.2)));
        await TakenBackAsync(shop, daemon, cancellationToken);

        Assert.That(shop.History.Pauses, Is.EqualTo(1));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.PodsOf(TestShop.First), Is.EqualTo(1));
    }

    [Test]
    public async Task A_Deployment_that_is_scaled_to_zero_during_the_hold_is_let_go_and_nothing_is_rolled_back(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken, stepSeconds: 60);

        shop.Deploy(TestShop.Good);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        shop.Modify(d => d["spec"]!["replicas"] = 0, "kubectl-scale");
        await shop.UntilAsync(s => !s.Paused, "the hold to end", cancellationToken);
        await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);

        Assert.That(shop.History.Rollbacks, Is.Zero);
        Assert.That(daemon.Decisions.Decisions.Single(d => d.Kind == DecisionKind.End).Outcome, Is.Not.EqualTo(RolloutOutcome.Healthy), daemon.Decisions.ToString());
        Assert.That((int?)shop.Deployment["spec"]!["replicas"], Is.Zero);
    }

    [Test]
    public async Task A_Deployment_that_is_renamed_during_the_hold_is_let_go_and_guarded_under_its_new_name(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken);
        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        var made = shop.Deployment;
        shop.Cluster.Store.Delete(ResourceTypes.Deployments, TestShop.Space, TestShop.Service);
        // Another name with the same pods' labels: to Kubernetes that is another Deployment.
        var spec = made["spec"]!.DeepClone().AsObject();
        spec.Remove("paused");
        shop.Cluster.Store.Create(ResourceTypes.Deployments, TestShop.Space, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "till", ["labels"] = made["metadata"]!["labels"]!.DeepClone() },
            ["spec"] = spec,
        });

        var end = await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        var seen = daemon.Decisions.Reports.Length;
        await daemon.Decisions.UntilAsync(() => daemon.Decisions.Reports.Length >= seen + Prelude, "more reports", cancellationToken);
        Assert.That((await daemon.GetAsync("metrics", cancellationToken)).Text, Does.Contain("guardrail_workloads 1"));

        Assert.That(end.Outcome, Is.EqualTo(RolloutOutcome.Removed));
        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.RollBack), daemon.Decisions.ToString());
        var till = shop.Cluster.Store.Get(ResourceTypes.Deployments, TestShop.Space, "till");
        Assert.That(till["metadata"]!["annotations"]?.AsObject().Select(a => a.Key) ?? [], Has.None.StartsWith("guardrail.dev/rolled-back"));
        Assert.That((bool?)till["spec"]!["paused"] ?? false, Is.False);
    }

    [Test]
    public async Task An_API_server_that_takes_5_seconds_for_every_answer_delays_the_rollback_and_makes_no_second_one(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await StartAsync(shop, cancellationToken, stepSeconds: 60);
        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        using (shop.Cluster.Api.Faults.Inject(call => call.Verb is not "watch", new ApiFault.Latency(TimeSpan.FromSeconds(5))))
        {
            await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        }

        await shop.SettledAsync(cancellationToken);
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
    }

    private static async Task<GuardedDaemon> StartAsync(TestShop shop, CancellationToken cancellationToken, int stepSeconds = 4)
    {
        var daemon = await GuardedDaemon.StartAsync(shop, PolicyText.For(TestShop.Space, stepSeconds: stepSeconds), cancellationToken);
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);
        return daemon;
    }

    private static async Task TakenBackAsync(TestShop shop, GuardedDaemon daemon, CancellationToken cancellationToken)
    {
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await daemon.Decisions.UntilToldAsync(3, cancellationToken);
    }
}
