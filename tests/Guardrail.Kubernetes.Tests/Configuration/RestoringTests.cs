using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Cluster;

namespace Guardrail.Kubernetes.Tests.Configuration;

/// <summary>A ConfigMap mutated in place with a bad release, and what a rollback makes of it.</summary>
[Category("Fault")]
[CancelAfter(20_000)]
internal sealed class RestoringTests
{
    private const ConfigurationScope ConfigMaps = ConfigurationScope.ConfigMaps;
    private ConfigurationBench bench = null!;

    private ConfiguredShop Shop => bench.Shop;

    private string? Password => (string?)Shop.Config("login", ResourceTypes.Secrets)!["data"]!["password"];

    [SetUp]
    public async Task Start() => bench = await ConfigurationBench.StartAsync();

    [TearDown]
    public async Task Stop() => await bench.DisposeAsync();

    [Test]
    public async Task What_changed_goes_back_with_the_template_and_what_did_not_is_not_touched()
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Set("env", "LIMIT", "0"));
        var files = (string)Shop.Config("files")!["metadata"]!["resourceVersion"]!;
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));

        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That((Shop.Value("env", "LIMIT"), Shop.Image), Is.EqualTo(("10", "shop/checkout:v1")));
        Assert.That((string)Shop.Config("files")!["metadata"]!["resourceVersion"]!, Is.EqualTo(files));
        var replaced = Shop.Copies("replaced")["env"].Single();
        Assert.That((string?)replaced["data"]!["LIMIT"], Is.EqualTo("0"), "what was there is not lost");
        Assert.That((string?)replaced["metadata"]!["ownerReferences"]![0]!["name"], Is.EqualTo("checkout-7c9b"));
        Assert.That(prepared, Is.EqualTo(new Preparation($"restored with it: ConfigMap env (what it held is kept in {replaced["metadata"]!["name"]})") { Restored = 1 }));
        Assert.That((string?)Shop.Config("env")!["metadata"]!["annotations"]![GuardrailAnnotations.RestoredBy], Is.EqualTo("rollback-7c9b-2"));
        Assert.That((string?)Shop.Config("env")!["metadata"]!["labels"]!["app.kubernetes.io/instance"], Is.EqualTo("gitops"), "labels stay");
    }

    [Test]
    public async Task Configuration_is_restored_before_the_template_so_that_no_pod_of_the_old_revision_reads_the_new_one()
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Set("env", "LIMIT", "0"));
        string? readThen = null;
        using var watch = Shop.Server.Store.Subscribe(change =>
        {
            if (change.Type == ResourceTypes.Deployments)
            {
                readThen = Shop.Value("env", "LIMIT");
            }
        });
        await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(readThen, Is.EqualTo("10"));
    }

    [Test]
    public async Task Added_keys_go_removed_keys_return_and_binary_data_too()
    {
        Shop.Change("files", config => config["binaryData"] = new JsonObject { ["logo"] = "AAEC" });
        await bench.ReleaseAsync(ConfigMaps, shop =>
        {
            shop.Change("files", config =>
            {
                config["data"] = new JsonObject { ["new.ini"] = "a" };
                config.Remove("binaryData");
            });
            shop.Change("env", config => config["binaryData"] = new JsonObject { ["b"] = "AAEC" });
        });
        await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(Shop.Config("files")!["data"]!.ToJsonString(), Is.EqualTo("""{"app.ini":"timeout=5"}"""));
        Assert.That((string?)Shop.Config("files")!["binaryData"]!["logo"], Is.EqualTo("AAEC"));
        Assert.That(Shop.Config("env")!["binaryData"], Is.Null);
    }

    [Test]
    public async Task Without_the_opt_in_nothing_is_restored_and_the_look_before_says_what_differs()
    {
        await bench.ReleaseAsync(ConfigurationScope.None, shop => shop.Set("env", "LIMIT", "0"));
        var view = await bench.Survey.LookAsync(ConfiguredShop.Checkout, ConfiguredShop.Good, ConfigurationScope.None, Shop.ReleasedAt, default);
        Assert.That((view!.Left, view.Restored), Is.EqualTo(("ConfigMap env (has changed; restoreConfig is None)", (string?)null)));
        await bench.CarryOutAsync(Shop.RollBack(ConfigurationScope.None));
        Assert.That((Shop.Value("env", "LIMIT"), Shop.Image), Is.EqualTo(("0", "shop/checkout:v1")));
    }

    [Test]
    public async Task The_look_before_tells_what_would_be_restored()
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Set("env", "LIMIT", "0"));
        var view = await bench.Survey.LookAsync(ConfiguredShop.Checkout, ConfiguredShop.Good, ConfigMaps, Shop.ReleasedAt, default);
        Assert.That((view!.Left, view.Restored), Is.EqualTo(((string?)null, "ConfigMap env")));
    }

    [Test]
    public async Task A_Secret_goes_back_only_by_its_own_opt_in()
    {
        await bench.ReleaseAsync(ConfigurationScope.ConfigMapsAndSecrets, Change);
        await bench.Actuator.PrepareAsync(Shop.RollBack(ConfigMaps), default);
        Assert.That(Password, Is.EqualTo("bmV3"));
        var (prepared, _) = await bench.CarryOutAsync(Shop.RollBack(ConfigurationScope.ConfigMapsAndSecrets));
        Assert.That(Password, Is.EqualTo("aGVsbG8="));
        Assert.That(prepared.Note, Does.StartWith("restored with it: Secret login").And.Not.Contain("aGVsbG8").And.Not.Contain("bmV3"));

        static void Change(ConfiguredShop shop) => shop.Change("login", secret => secret["data"]!["password"] = "bmV3", type: ResourceTypes.Secrets);
    }

    [Test]
    public async Task An_immutable_ConfigMap_that_was_made_anew_is_left_and_told()
    {
        await bench.ReleaseAsync(ConfigMaps, shop =>
        {
            shop.Delete("env");
            shop.Make(ResourceTypes.ConfigMaps, "env", "LIMIT", "0");
            shop.Change("env", config => config["immutable"] = true);
        });
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(prepared, Is.EqualTo(new Preparation(
            "not restored: ConfigMap env (is immutable: delete it and make it anew by hand)", IsWhole: false)
        { Left = 1 }));
        Assert.That((outcome, Shop.Image, Shop.Value("env", "LIMIT")), Is.EqualTo(((ActionOutcome)new ActionOutcome.Applied(), "shop/checkout:v1", "0")));
    }

    [Test]
    public async Task A_ConfigMap_that_was_deleted_is_made_anew()
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Delete("files"));
        var (prepared, _) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(Shop.Value("files", "app.ini"), Is.EqualTo("timeout=5"));
        Assert.That(prepared.Note, Is.EqualTo("restored with it: ConfigMap files (it was gone)"));
        Assert.That((await bench.CarryOutAsync(Shop.RollBack(ConfigMaps))).Prepared.Note, Is.EqualTo("restored with it: ConfigMap files"), "told again, made once");
    }

    [Test]
    public async Task What_somebody_changed_well_after_the_release_is_theirs()
    {
        await bench.ReleaseAsync(ConfigMaps, shop =>
        {
            shop.Set("env", "LIMIT", "0");
            shop.Clock.Advance(TimeSpan.FromSeconds(45));
            shop.Set("env", "LIMIT", "20", by: "kubectl-edit");
        });
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(Shop.Value("env", "LIMIT"), Is.EqualTo("20"));
        Assert.That(prepared.Note, Is.EqualTo("not restored: ConfigMap env (was changed by kubectl-edit at 14:00:45 UTC, after the release)"));
        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>());
    }

    [Test]
    public async Task What_somebody_changed_between_two_attempts_is_theirs()
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Set("env", "LIMIT", "0"));
        Shop.Server.Faults.Inject(IsRestore, new ApiFault.ResetBefore());
        await bench.Actuator.PrepareAsync(Shop.RollBack(ConfigMaps), default);
        Shop.Server.Faults.Clear();
        Shop.Set("env", "LIMIT", "20", by: "kubectl-edit");
        var (prepared, _) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(Shop.Value("env", "LIMIT"), Is.EqualTo("20"));
        Assert.That(prepared.Note, Does.Contain("was changed by somebody else after the rollback was decided"));
    }

    [TestCase(409, "Conflict")]
    [TestCase(422, "Invalid")]
    public async Task What_somebody_changes_at_the_same_moment_is_theirs(int code, string reason)
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Set("env", "LIMIT", "0"));
        Shop.Server.Faults.Inject(IsRestore, new ApiFault.Answer(code, reason, "the server rejected our request due to an error in our request"), times: 1);
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(prepared.Note, Is.EqualTo("not restored: ConfigMap env (was changed by somebody else at the same moment)"));
        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>());
    }

    [Test]
    public async Task An_optional_ConfigMap_that_was_missing_then_is_not_deleted_now()
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Make(ResourceTypes.ConfigMaps, "hints", "a", "b"));
        var (prepared, _) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(prepared.Note, Is.EqualTo("not restored: ConfigMap hints (did not exist then)"));
        Assert.That(Shop.Value("hints", "a"), Is.EqualTo("b"));
    }

    [TestCase("get")]
    [TestCase("create")]
    [TestCase("patch")]
    public async Task Without_the_right_the_template_goes_back_alone_and_the_missing_Role_is_told(string verb)
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Set("env", "LIMIT", "0"));
        Shop.Server.Faults.Inject(call => call.Resource == "configmaps" && call.Verb == verb, new ApiFault.Answer(
            403, "Forbidden", $"configmaps \"env\" is forbidden: User \"guardrail\" cannot {verb} resource \"configmaps\" in API group \"\" in the namespace \"shop\""));
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That((outcome, Shop.Image), Is.EqualTo(((ActionOutcome)new ActionOutcome.Applied(), "shop/checkout:v1")));
        Assert.That(prepared.Note, Does.StartWith("not restored: ConfigMap env").And.Contain("kind: Role")
            .And.Contain("resources: [\"configmaps\"]\n  verbs: [\"get\", \"create\", \"patch\"]"));
        Assert.That(prepared.Left, Is.Zero, "the others were not looked at");
    }

    [Test]
    public async Task A_server_that_fails_for_ConfigMaps_alone_does_not_keep_the_template_from_going_back()
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Set("env", "LIMIT", "0"));
        Shop.Server.Faults.Inject(IsRestore, new ApiFault.Answer(500, "InternalError", "etcdserver: leader changed"));
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That((outcome, Shop.Image), Is.EqualTo(((ActionOutcome)new ActionOutcome.Applied(), "shop/checkout:v1")));
        Assert.That(prepared.Note, Does.Contain("etcdserver: leader changed"));
    }

    [TestCase(true, "none was kept when 5f6d became known good")]
    [TestCase(false, "none was kept of 5f6d, which has not passed its bake")]
    public async Task Of_a_revision_that_nothing_was_kept_of_nothing_is_restored_and_it_is_told_why(bool isKnownGood, string why)
    {
        if (isKnownGood)
        {
            await bench.Actuator.ApplyAsync(Shop.Stamp(ConfigMaps), default);
        }

        Shop.Release();
        Shop.Set("env", "LIMIT", "0");
        var (prepared, outcome) = await bench.CarryOutAsync(Shop.RollBack(ConfigMaps));
        Assert.That(prepared, Is.EqualTo(new Preparation($"its configuration was not restored: {why}", IsWhole: false)));
        Assert.That((outcome, Shop.Image, Shop.Value("env", "LIMIT")), Is.EqualTo(((ActionOutcome)new ActionOutcome.Applied(), "shop/checkout:v1", "0")));
    }

    [Test]
    public async Task A_workload_that_a_person_has_taken_back_meanwhile_keeps_its_configuration()
    {
        await bench.ReleaseAsync(ConfigMaps, shop => shop.Set("env", "LIMIT", "0"));
        var decided = Shop.RollBack(ConfigMaps);
        Shop.Server.Store.Modify(ResourceTypes.Deployments, "shop", "checkout", deployment =>
        {
            deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "shop/checkout:v3";
            return true;
        });
        var (prepared, outcome) = await bench.CarryOutAsync(decided);
        Assert.That((prepared, outcome.GetType(), Shop.Value("env", "LIMIT")), Is.EqualTo((Preparation.Nothing, typeof(ActionOutcome.LostRace), "0")));
    }

    /// <summary>Nothing gets through from the nth write on, before or after it took effect; another process carries the same decision out.</summary>
    [Test]
    public async Task Cut_off_at_any_write_it_is_restored_once_by_the_next_process([Range(1, 4)] int write, [Values] bool after)
    {
        await bench.ReleaseAsync(ConfigMaps, shop =>
        {
            shop.Set("env", "LIMIT", "0");
            shop.Delete("files");
        });
        var decided = Shop.RollBack(ConfigMaps);
        var changes = new List<string>();
        using var watch = Shop.Server.Store.Subscribe(change => changes.Add($"{change.Change} {change.Name}"));
        var count = 0;
        Shop.Server.Faults.Inject(call => call.IsWrite && ++count == write, after ? new ApiFault.ResetAfter() : new ApiFault.ResetBefore());
        Shop.Server.Faults.Inject(call => call.IsWrite && count > write, new ApiFault.ResetBefore());
        await bench.CarryOutAsync(decided);
        Shop.Server.Faults.Clear();
        var (prepared, outcome) = await bench.CarryOutAsync(decided);

        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Applied>().Or.InstanceOf<ActionOutcome.AlreadyDone>());
        Assert.That((Shop.Image, Shop.Value("env", "LIMIT"), Shop.Value("files", "app.ini")), Is.EqualTo(("shop/checkout:v1", "10", "timeout=5")));
        Assert.That((string?)Shop.Copies("replaced")["env"].Single()["data"]!["LIMIT"], Is.EqualTo("0"));
        Assert.That(changes.Count(c => c == "Modified env"), Is.EqualTo(1), string.Join(", ", changes));
        Assert.That(changes.Count(c => c == "Added files"), Is.EqualTo(1));
        Assert.That(changes.Count(c => c == "Modified checkout"), Is.EqualTo(1));
        Assert.That(prepared, Has.Property("IsWhole").True.And.Property("Note").Contains("ConfigMap env").And.Property("Note").Contains("ConfigMap files"));
    }

    private static bool IsRestore(ApiCall call) => call is { Resource: "configmaps", Verb: "patch" };
}
