using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Configuration;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Cluster;

namespace Guardrail.Kubernetes.Tests.Configuration;

/// <summary>What is kept of a revision's configuration when it becomes known good.</summary>
[CancelAfter(20_000)]
internal sealed class KeepingTests
{
    private ConfigurationBench bench = null!;

    private ConfiguredShop Shop => bench.Shop;

    private string? Index => (string?)Shop.Revision(ConfiguredShop.Good)["metadata"]!["annotations"]![GuardrailAnnotations.KnownGoodConfiguration];

    [SetUp]
    public async Task Start() => bench = await ConfigurationBench.StartAsync();

    [TearDown]
    public async Task Stop() => await bench.DisposeAsync();

    [Test]
    public async Task A_copy_holds_the_content_is_immutable_and_belongs_to_the_revision_and_to_nobody_else()
    {
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.ConfigMaps));
        Assert.That((prepared, outcome), Is.EqualTo((Preparation.Nothing, (ActionOutcome)new ActionOutcome.Applied())));
        var copies = Shop.Copies("known-good");
        Assert.That(copies.Select(c => c.Key), Is.EquivalentTo(new[] { "env", "files" }));
        var copy = copies["env"].Single();
        Assert.That((string?)copy["data"]!["LIMIT"], Is.EqualTo("10"));
        Assert.That((bool?)copy["immutable"], Is.True);
        Assert.That(copy["metadata"]!["labels"]!.AsObject().Select(l => l.Key), Is.EqualTo(new[] { ConfigurationCopy.Label }), "what prunes by label does not find it");
        var owner = copy["metadata"]!["ownerReferences"]![0]!;
        Assert.That(((string?)owner["kind"], (string?)owner["name"]), Is.EqualTo(("ReplicaSet", "checkout-5f6d")));
        Assert.That(owner["controller"], Is.Null);
    }

    [Test]
    public async Task Copies_go_with_their_revision()
    {
        await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.ConfigMaps));
        Assert.That(Shop.Copies("known-good"), Has.Count.EqualTo(2));
        using var collector = new GarbageCollector(Shop.Server.Store);
        Shop.Server.Store.Delete(ResourceTypes.ReplicaSets, "shop", "checkout-5f6d");
        collector.Collect();
        Assert.That(Shop.Copies("known-good"), Is.Empty);
    }

    [Test]
    public async Task Without_the_opt_in_digests_are_noted_and_nothing_is_copied()
    {
        await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.None));
        Assert.That(Index, Does.Match("^5f6d@ ConfigMap/env=[0-9a-f]{32} ConfigMap/files=[0-9a-f]{32} ConfigMap/hints=missing$"));
        Assert.That(Shop.Server.Counters.Of("create", "configmaps"), Is.Zero);
    }

    [Test]
    public async Task Secrets_are_neither_read_nor_noted_without_their_own_opt_in()
    {
        await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.ConfigMaps));
        Assert.That(Shop.Server.Counters.All.Keys.Count(call => call.Resource == "secrets"), Is.Zero);
        Assert.That(Index, Does.Not.Contain("Secret"));
    }

    [Test]
    public async Task The_copy_of_a_Secret_is_a_Secret_and_no_digest_of_it_is_written_where_others_read()
    {
        await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.ConfigMapsAndSecrets));
        var copy = Shop.Copies("known-good", ResourceTypes.Secrets)["login"].Single();
        Assert.That(((string?)copy["type"], (string?)copy["data"]!["password"]), Is.EqualTo(("guardrail.dev/copy", "aGVsbG8=")));
        Assert.That(Index, Does.EndWith("Secret/login=kept"));
        Assert.That(Shop.Copies("known-good").SelectMany(c => c).Select(c => c.ToJsonString()), Has.None.Contains("aGVsbG8="));
    }

    [Test]
    public async Task Asked_for_again_nothing_is_written()
    {
        await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.ConfigMapsAndSecrets));
        var version = Shop.Server.Store.Version;
        await bench.Survey.KeepAsync(ConfiguredShop.Checkout, ConfiguredShop.Good, ConfigurationScope.ConfigMapsAndSecrets, default);
        Assert.That(Shop.Server.Store.Version, Is.EqualTo(version));
    }

    [Test]
    public async Task Opted_in_later_what_has_not_changed_since_is_copied_and_what_has_is_not()
    {
        await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.None));
        Shop.Set("env", "LIMIT", "99");
        var view = await bench.Survey.KeepAsync(ConfiguredShop.Checkout, ConfiguredShop.Good, ConfigurationScope.ConfigMaps, default);
        Assert.That(Shop.Copies("known-good").Select(c => c.Key), Is.EqualTo(new[] { "files" }));
        Assert.That(view!.Left, Is.EqualTo("ConfigMap env (was not kept when the revision became known good)"));
    }

    [Test]
    [Category("Fault")]
    public async Task What_is_too_large_is_told_and_the_rest_is_kept()
    {
        Shop.Set("env", "LIMIT", new string('x', 700_000));
        Shop.Set("files", "app.ini", new string('y', 700_000));
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.ConfigMaps));
        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>(), "the revision is good all the same");
        Assert.That(prepared, Has.Property("IsWhole").False.And.Property("Note").EqualTo(
            "not kept of its configuration: ConfigMap files (683 KiB, and at most 1024 KiB are kept of a revision)"));
        Assert.That(Shop.Copies("known-good").Select(c => c.Key), Is.EqualTo(new[] { "env" }));

        Shop.Release();
        Shop.Set("files", "app.ini", "timeout=1");
        var view = await bench.Survey.LookAsync(
            ConfiguredShop.Checkout, ConfiguredShop.Good, ConfigurationScope.ConfigMaps, Shop.ReleasedAt, default);
        Assert.That(view!.Left, Is.EqualTo("ConfigMap files (was too large to be kept, or its copy was refused)"));
    }

    [Test]
    [Category("Fault")]
    public async Task Without_the_right_the_revision_is_stamped_and_the_missing_Role_is_told()
    {
        Shop.Server.Faults.Inject(call => call is { Resource: "configmaps", Verb: "create" }, new ApiFault.Answer(
            403, "Forbidden", "configmaps is forbidden: User \"guardrail\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"shop\""));
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.ConfigMaps));
        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(prepared.Note, Does.Contain("namespace: shop").And.Contain("resources: [\"configmaps\"]\n  verbs: [\"get\", \"create\", \"patch\"]"));
        Assert.That(Index, Is.Null, "nothing is noted that was not kept, so that it can be kept later");

        Shop.Server.Faults.Clear();
        await bench.Survey.KeepAsync(ConfiguredShop.Checkout, ConfiguredShop.Good, ConfigurationScope.ConfigMaps, default);
        Assert.That(Shop.Copies("known-good"), Has.Count.EqualTo(2));
    }

    [Test]
    [Category("Fault")]
    public async Task Died_between_copy_and_stamp_the_first_copy_stands_and_is_what_is_noted()
    {
        Shop.Server.Faults.Inject(call => call is { Resource: "replicasets", Verb: "patch" }, new ApiFault.ResetBefore());
        await bench.Actuator.PrepareAsync(Shop.Stamp(ConfigurationScope.ConfigMaps), default);
        Assert.That(Index, Is.Null);
        Shop.Server.Faults.Clear();
        Shop.Set("env", "LIMIT", "11");
        await bench.CarryOutAsync(Shop.Stamp(ConfigurationScope.ConfigMaps));
        var view = await bench.Survey.LookAsync(ConfiguredShop.Checkout, ConfiguredShop.Good, ConfigurationScope.ConfigMaps, null, default);
        Assert.That(view!.Restored, Is.EqualTo("ConfigMap env"));
    }
}
