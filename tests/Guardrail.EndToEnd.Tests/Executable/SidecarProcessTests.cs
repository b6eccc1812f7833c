using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Rollouts;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary>Sidecars as processes, which find their workload by the environment that inject gives them.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[Category("Fault")]
[CancelAfter(180_000)]
internal sealed class SidecarProcessTests
{
    private const string Lease = "shop/guardrail-deployment-checkout";

    [Test]
    public async Task The_other_goes_on_from_the_record_of_a_leader_that_was_killed_and_rolls_back_once(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken, replicas: 4);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        string[] pods = [.. shop.Cluster.Store.List(ResourceTypes.Pods, TestShop.Space).Items.Select(pod => (string)pod["metadata"]!["name"]!)];
        await using var first = Start(shop, pods[0]);
        await first.UntilSaidAsync($"Leading by the lease {Lease} as ", cancellationToken);
        await first.UntilSaidAsync("Guarding 1 workload by ", cancellationToken);
        await using var second = Start(shop, pods[1]);
        await second.UntilSaidAsync($"Standing by for the lease {Lease}; the leader is ", cancellationToken);

        shop.Deploy(TestShop.Bad);
        await shop.UntilAsync(s => s.PausedBy is not null, "the hold", cancellationToken);
        await records.UntilAsync(shop, status => status.Intents.Length > 0, "the record of the hold", cancellationToken);
        await first.KillAsync(cancellationToken);
        await second.UntilSaidAsync("Leading by the lease", cancellationToken);
        await second.UntilSaidAsync("Took up ", cancellationToken);
        await shop.UntilAsync(s => s.Image == TestShop.First && !s.Paused, "the first revision to be back", cancellationToken);
        await records.UntilAsync(shop, status => status.Outcome == RolloutOutcome.RolledBack, "the end of the record", cancellationToken);

        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
    }

    private static GuardrailProcess Start(TestShop shop, string pod) => GuardrailProcess.Start(
        new Dictionary<string, string?> { ["POD_NAME"] = pod, ["POD_NAMESPACE"] = TestShop.Space, ["GUARDRAIL_AUTONOMY"] = "Enforce" },
        "run", "--mode", "sidecar", "--policy", shop.Write("policy.yaml", PolicyText.For("elsewhere", stepSeconds: 10)), "--kubeconfig", shop.Kubeconfig,
        "--listen", "127.0.0.1:0", "--records", "required");
}
