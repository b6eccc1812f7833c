using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>Sidecars of one Deployment's pods, in the test's process, with exactly the rights that inject gives them.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(180_000)]
internal sealed class SidecarTests
{
    // The namespace and the selector of the file do not matter: a sidecar guards its own workload.
    private static readonly string Policy = PolicyText.For("elsewhere", kind: "StatefulSet");

    [Test]
    public async Task One_of_two_acts_within_its_role_and_the_other_stands_by_ready(CancellationToken cancellationToken)
    {
        await using var sidecars = await SidecarShop.StartAsync(Autonomy.Enforce, cancellationToken);
        var shop = sidecars.Shop;
        await using var first = await sidecars.StartAsync(sidecars.Pods[0], Policy, cancellationToken);
        await first.Decisions.UntilToldAsync(6, cancellationToken);
        await using var second = await sidecars.StartAsync(sidecars.Pods[1], Policy, cancellationToken);
        var ready = await UntilStandingByAsync(sidecars, second, cancellationToken);

        shop.Deploy(TestShop.Good);
        await first.Decisions.UntilAppliedAsync(DecisionKind.StampKnownGood, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await first.Decisions.UntilToldAsync(3, cancellationToken);
        shop.Deploy(TestShop.Bad);
        await first.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await first.Decisions.UntilToldAsync(3, cancellationToken);

        Assert.That(ready, Is.EqualTo($"[+] leadership ok: standing by; the leader is {(string?)sidecars.Lease!["spec"]!["holderIdentity"]}\n"));
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good, TestShop.Bad, TestShop.Good }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(second.Decisions.Decisions, Is.Empty, "the other decided nothing");
        Assert.That(second.Decisions.Reports, Is.Empty, "the other read nothing");
        Assert.That(sidecars.Role.Refused, Is.Empty.Or.All.StartsWith("list guardrail.dev/guardedrollouts shop/"), "beyond its Role it asked for nothing but records");
        Assert.That(sidecars.Role.Used.Keys, Is.SupersetOf(new[]
        {
            "get deployments", "list deployments", "watch deployments", "patch deployments", "get replicasets", "list replicasets", "watch replicasets",
            "patch replicasets", "get pods", "list pods", "watch pods", "create events", "create leases", "get leases", "update leases",
        }), "every right of the Role is used");
    }

    [Test]
    public async Task The_other_takes_over_from_a_leader_that_stops_in_the_middle_and_rolls_back_once(CancellationToken cancellationToken)
    {
        await using var sidecars = await SidecarShop.StartAsync(Autonomy.Enforce, cancellationToken);
        var shop = sidecars.Shop;
        var policy = PolicyText.For(TestShop.Space, stepSeconds: 20);
        await using var first = await sidecars.StartAsync(sidecars.Pods[0], policy, cancellationToken);
        await first.Decisions.UntilToldAsync(6, cancellationToken);
        await using var second = await sidecars.StartAsync(sidecars.Pods[1], policy, cancellationToken);
        await UntilStandingByAsync(sidecars, second, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await first.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        var before = first.Decisions.Acts.Count(a => a.Decision.Kind == DecisionKind.RollBack);
        await first.StopAsync(cancellationToken);
        await second.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await second.Decisions.UntilToldAsync(3, cancellationToken);

        Assert.That(before, Is.Zero, "the first was stopped before it could decide");
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That((int?)sidecars.Lease!["spec"]!["leaseTransitions"], Is.EqualTo(1));
    }

    [Test]
    public async Task Without_a_policy_it_observes_with_a_role_that_allows_no_change(CancellationToken cancellationToken)
    {
        await using var sidecars = await SidecarShop.StartAsync(Autonomy.Observe, cancellationToken);
        await using var daemon = await sidecars.StartAsync(sidecars.Pods[0], "", cancellationToken);
        await daemon.Decisions.UntilToldAsync(3, cancellationToken);

        sidecars.Shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAsync(DecisionKind.Start, cancellationToken);
        await sidecars.Shop.SettledAsync(cancellationToken);

        Assert.That(sidecars.Shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad }));
        Assert.That(sidecars.Role.Refused, Is.Empty.Or.All.StartsWith("list guardrail.dev/guardedrollouts shop/"));
    }

    [Test]
    public async Task A_pod_that_no_workload_made_is_told_in_a_sentence(CancellationToken cancellationToken)
    {
        await using var sidecars = await SidecarShop.StartAsync(Autonomy.Observe, cancellationToken);
        Bare(sidecars, "bare", null);
        Bare(sidecars, "job", "Job");

        Assert.That(
            async () => await sidecars.StartAsync("bare", "", cancellationToken),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(
                "The pod shop/bare has no owner; a sidecar guards the workload that made its pod, and must be in the pod of a Deployment, StatefulSet or DaemonSet."));
        Assert.That(
            async () => await sidecars.StartAsync("job", "", cancellationToken),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(
                "The pod shop/job belongs to the Job (batch/v1) x; a sidecar guards a Deployment, StatefulSet or DaemonSet only"));
        Assert.That(
            async () => await sidecars.StartAsync("gone", "", cancellationToken),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("POD_NAME and POD_NAMESPACE must name this pod"));
    }

    private static void Bare(SidecarShop sidecars, string name, string? owner)
    {
        var references = owner is null ? "[]" : $$"""[{"apiVersion":"batch/v1","kind":"{{owner}}","name":"x","uid":"u","controller":true}]""";
        sidecars.Shop.Cluster.Store.Create(ResourceTypes.Pods, TestShop.Space, System.Text.Json.Nodes.JsonNode.Parse(
            $$$"""{"metadata":{"name":"{{{name}}}","ownerReferences":{{{references}}}},"spec":{"containers":[{"name":"a","image":"b"}]}}""")!.AsObject());
    }

    private static async Task<string> UntilStandingByAsync(SidecarShop sidecars, GuardedDaemon daemon, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (status, text) = await daemon.GetAsync("readyz", cancellationToken);
            if (status == 200)
            {
                return text;
            }

            // The leader renews the Lease every half second; then it is looked at again.
            var seen = sidecars.Shop.Cluster.Store.Version;
            await sidecars.Shop.Cluster.WaitUntilAsync(() => sidecars.Shop.Cluster.Store.Version != seen, cancellationToken);
        }
    }
}
