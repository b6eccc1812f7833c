using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Cluster;

namespace Guardrail.Kubernetes.Tests.Configuration;

/// <summary>The configuration of a StatefulSet and of a DaemonSet goes back as that of a Deployment does.</summary>
[CancelAfter(20_000)]
internal sealed class SetRestoringTests
{
    private const ConfigurationScope ConfigMaps = ConfigurationScope.ConfigMaps;

    [Test]
    public async Task It_is_kept_with_the_ControllerRevision_and_goes_back_with_its_template(
        [Values(WorkloadKind.StatefulSet, WorkloadKind.DaemonSet)] WorkloadKind kind)
    {
        await using var bench = await ConfigurationBench.StartAsync(kind);
        var shop = bench.Shop;
        var stamped = await bench.ReleaseAsync(ConfigMaps, s => s.Set("env", "LIMIT", "0"));
        Assert.That(stamped, Is.EqualTo(Preparation.Nothing));
        var owner = shop.Copies("known-good")["env"].Single()["metadata"]!["ownerReferences"]![0]!;
        Assert.That(((string?)owner["kind"], (string?)owner["name"]), Is.EqualTo(("ControllerRevision", "checkout-5f6d")));
        Assert.That((string?)shop.Revision(ConfiguredShop.Good)["metadata"]!["annotations"]!["guardrail.dev/known-good"], Does.StartWith("5f6d@"));

        var view = await bench.Survey.LookAsync(shop.Workload, ConfiguredShop.Good, ConfigMaps, shop.ReleasedAt, default);
        Assert.That((view!.Left, view.Restored), Is.EqualTo(((string?)null, "ConfigMap env")));

        string? readThen = null;
        using var watch = shop.Server.Store.Subscribe(change => readThen = change.Type.Kind == $"{kind}" ? shop.Value("env", "LIMIT") : readThen);
        var (prepared, outcome) = await bench.CarryOutAsync(shop.RollBack(ConfigMaps));

        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That((shop.Value("env", "LIMIT"), shop.Image, readThen), Is.EqualTo(("10", "shop/checkout:v1", "10")), "the configuration goes first");
        var replaced = shop.Copies("replaced")["env"].Single();
        Assert.That((string?)replaced["metadata"]!["ownerReferences"]![0]!["name"], Is.EqualTo("checkout-7c9b"));
        Assert.That(prepared, Is.EqualTo(new Preparation($"restored with it: ConfigMap env (what it held is kept in {replaced["metadata"]!["name"]})") { Restored = 1 }));
    }

    [Test]
    [Category("Fault")]
    public async Task Cut_off_before_its_template_it_is_restored_once_by_the_next_process(
        [Values(WorkloadKind.StatefulSet, WorkloadKind.DaemonSet)] WorkloadKind kind)
    {
        await using var bench = await ConfigurationBench.StartAsync(kind);
        var shop = bench.Shop;
        await bench.ReleaseAsync(ConfigMaps, s => s.Set("env", "LIMIT", "0"));
        var decided = shop.RollBack(ConfigMaps);
        var restored = 0;
        using var watch = shop.Server.Store.Subscribe(change => restored += change is { Change: StoreChange.Modified, Name: "env" } ? 1 : 0);
        shop.Server.Faults.Inject(call => call.IsWrite && call.Resource != "configmaps", new ApiFault.ResetBefore());
        await bench.CarryOutAsync(decided);
        Assert.That((shop.Image, shop.Value("env", "LIMIT")), Is.EqualTo(("shop/checkout:v2", "10")));

        shop.Server.Faults.Clear();
        var (_, outcome) = await bench.CarryOutAsync(decided);
        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That((shop.Image, shop.Value("env", "LIMIT"), restored), Is.EqualTo(("shop/checkout:v1", "10", 1)));
    }
}
