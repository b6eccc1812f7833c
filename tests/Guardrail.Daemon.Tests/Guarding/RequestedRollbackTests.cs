using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>A rollback that a person asks for takes the configuration back as one of Guardrail's own does. On the embedded API server.</summary>
[CancelAfter(60_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RequestedRollbackTests : IAsyncDisposable
{
    private ConfiguredShop shop = null!;
    private RecordBench bench = null!;

    private KubernetesActuator Actuator => new(bench.Api, new ActuatorOptions { TimeProvider = TimeProvider.System, Instance = "test", ReadRetries = 1 });

    [SetUp]
    public async Task Start()
    {
        shop = await ConfiguredShop.StartAsync();
        bench = await RecordBench.OnAsync(shop.Server, shop.Clock, CancellationToken.None);
    }

    /// <summary>NUnit disposes of each test's instance.</summary>
    public async ValueTask DisposeAsync()
    {
        await bench.DisposeAsync();
        await shop.DisposeAsync();
    }

    [TestCase(Autonomy.Observe)]
    [TestCase(Autonomy.Enforce)]
    public async Task What_belongs_to_the_release_goes_back_first_and_the_person_is_told_in_counts(Autonomy autonomy, CancellationToken cancellationToken)
    {
        await ReleaseAsync(ConfigurationScope.ConfigMaps, cancellationToken);
        shop.Set("env", "LIMIT", "0");
        shop.Clock.Advance(TimeSpan.FromSeconds(45));
        shop.Set("files", "app.ini", "timeout=9", by: "kubectl-edit");
        string? readThen = null;
        using var watch = shop.Server.Store.Subscribe(
            change => readThen = change.Type == ResourceTypes.Deployments ? shop.Value("env", "LIMIT") : readThen);

        var record = await AskAsync(ConfigurationScope.ConfigMaps, cancellationToken, autonomy);

        Assert.That((shop.Image, readThen, shop.Value("files", "app.ini")), Is.EqualTo(("shop/checkout:v1", "10", "timeout=9")));
        var replaced = (string?)shop.Copies("replaced")["env"].Single()["metadata"]!["name"];
        var note = $"restored with it: ConfigMap env (what it held is kept in {replaced}). "
            + "Not everything: not restored: ConfigMap files (was changed by kubectl-edit at 14:00:45 UTC, after the release)";
        Assert.That(record.Status!.Request!.Message, Is.EqualTo($"Rolled back to 5f6d. Of its configuration 1 restored and 1 not restored: {note}."));
        var intent = record.Status.Intents.Single();
        Assert.That(intent, Has.Property("Configuration").EqualTo(ConfigurationScope.ConfigMaps).And.Property("ReleasedAt").EqualTo(shop.ReleasedAt));
        Assert.That((intent.Outcome!.State, intent.Outcome.Message), Is.EqualTo((IntentState.Applied, note)));
        Assert.That(Events(), Is.EqualTo(new[] { "ConfigurationNotRestored" }));
    }

    [TestCase(ConfigurationScope.None, "0", "bmV3", "")]
    [TestCase(ConfigurationScope.ConfigMaps, "10", "bmV3", " Of its configuration 1 restored: ")]
    [TestCase(ConfigurationScope.ConfigMapsAndSecrets, "10", "aGVsbG8=", " Of its configuration 2 restored: ")]
    public async Task What_goes_back_is_what_the_policy_says(
        ConfigurationScope scope, string limit, string password, string told, CancellationToken cancellationToken)
    {
        await ReleaseAsync(ConfigurationScope.ConfigMapsAndSecrets, cancellationToken);
        shop.Set("env", "LIMIT", "0");
        shop.Change("login", secret => secret["data"]!["password"] = "bmV3", type: ResourceTypes.Secrets);
        var record = await AskAsync(scope, cancellationToken);

        Assert.That(shop.Image, Is.EqualTo("shop/checkout:v1"));
        Assert.That((shop.Value("env", "LIMIT"), (string?)shop.Config("login", ResourceTypes.Secrets)!["data"]!["password"]), Is.EqualTo((limit, password)));
        Assert.That(record.Status!.Request!.Message, Does.StartWith("Rolled back to 5f6d." + told));
    }

    [TestCase(true, "Nothing of its configuration had to be restored.")]
    [TestCase(false, "Its configuration was not restored: none was kept of 5f6d, which has not passed its bake.")]
    public async Task Where_nothing_is_restored_the_answer_says_why(bool isKept, string told, CancellationToken cancellationToken)
    {
        await ReleaseAsync(isKept ? ConfigurationScope.ConfigMaps : null, cancellationToken);
        var record = await AskAsync(ConfigurationScope.ConfigMaps, cancellationToken);
        Assert.That((shop.Image, record.Status!.Request!.Message), Is.EqualTo(("shop/checkout:v1", "Rolled back to 5f6d. " + told)));
    }

    [Test]
    [Category("Fault")]
    public async Task A_refusal_of_the_template_tells_what_was_restored_by_then(CancellationToken cancellationToken)
    {
        await ReleaseAsync(ConfigurationScope.ConfigMaps, cancellationToken);
        shop.Set("env", "LIMIT", "0");
        shop.Server.Faults.Inject(call => call is { Resource: "deployments", Verb: "patch" }, new ApiFault.Answer(
            403, "Forbidden", "admission webhook \"gate\" denied the request: frozen"));
        var record = await AskAsync(ConfigurationScope.ConfigMaps, cancellationToken);

        Assert.That((record.Status!.Request!.State, shop.Value("env", "LIMIT")), Is.EqualTo((RequestState.Refused, "10")));
        Assert.That(record.Status.Request.Message, Does.Contain("frozen. Of its configuration 1 restored: restored with it: ConfigMap env"));
        Assert.That(record.Status.Intents.Single().Outcome!.Message, Does.Contain("frozen. restored with it: ConfigMap env"));
    }

    [TestCase(0, Description = "the intent stands, nothing else was done")]
    [TestCase(1, Description = "the configuration is restored, the template is not")]
    [TestCase(2, Description = "both are, and the outcome was not written")]
    [Category("Fault")]
    public async Task Wherever_an_earlier_process_died_it_is_finished_once_and_answered(int steps, CancellationToken cancellationToken)
    {
        await ReleaseAsync(ConfigurationScope.ConfigMaps, cancellationToken);
        shop.Set("env", "LIMIT", "0");
        var changes = new List<string>();
        using var watch = shop.Server.Store.Subscribe(change => changes.Add($"{change.Change} {change.Type.Kind} {change.Name}"));
        var asked = await RecordAsync(cancellationToken);
        using var workload = JsonDocument.Parse(shop.Deployment.ToJsonString());
        var begun = ((RequestPlan.Act)RequestPatch.For(asked, workload.RootElement, ConfigurationScope.ConfigMaps)).Action;
        using (var file = new RecordFile(bench.Store, shop.Clock, asked, isGuest: true))
        {
            file.Edit(status => status.Intended(Intent.Of(begun, shop.Clock.GetUtcNow(), "before")));
            await file.WriteAsync(cancellationToken);
        }

        if (steps > 0)
        {
            await Actuator.PrepareAsync(begun, cancellationToken);
        }

        if (steps > 1)
        {
            await Actuator.ApplyAsync(begun, cancellationToken);
        }

        // The policy has changed meanwhile: what was begun is finished.
        var record = await AnswerAsync(ConfigurationScope.None, cancellationToken);

        Assert.That((record.Status!.Request!.State, shop.Image, shop.Value("env", "LIMIT")), Is.EqualTo((RequestState.Done, "shop/checkout:v1", "10")));
        Assert.That(record.Status.Request.Message, Does.StartWith("Rolled back to 5f6d. Of its configuration 1 restored: restored with it: ConfigMap env"));
        Assert.That(changes.Count(c => c == "Modified ConfigMap env"), Is.EqualTo(1), string.Join(", ", changes));
        Assert.That(changes.Count(c => c == "Modified Deployment checkout"), Is.EqualTo(1), string.Join(", ", changes));
        Assert.That(shop.Copies("replaced")["env"].Count(), Is.EqualTo(1));
        var intent = record.Status.Intents.Single();
        Assert.That((intent.Attempts, intent.Outcome!.State), Is.EqualTo((2, steps > 1 ? IntentState.AlreadyDone : IntentState.Applied)));
    }

    /// <summary>Keeps the configuration of the good revision (null: not, and it is not stamped either), and releases the bad one.</summary>
    private async Task ReleaseAsync(ConfigurationScope? kept, CancellationToken cancellationToken)
    {
        if (kept is { } scope)
        {
            await Actuator.PrepareAsync(shop.Stamp(scope), cancellationToken);
            await Actuator.ApplyAsync(shop.Stamp(scope), cancellationToken);
        }

        shop.Release();
    }

    private async Task<GuardedRollout> AskAsync(ConfigurationScope scope, CancellationToken cancellationToken, Autonomy autonomy = Autonomy.Enforce)
    {
        await RecordAsync(cancellationToken);
        return await AnswerAsync(scope, cancellationToken, autonomy);
    }

    /// <summary>The record of the release, with a person's request.</summary>
    private async Task<GuardedRollout> RecordAsync(CancellationToken cancellationToken)
    {
        var blank = RecordBench.Blank((string)shop.Deployment["metadata"]!["uid"]!);
        var spec = blank.Spec with { From = ConfiguredShop.Good.Hash, To = ConfiguredShop.Bad.Hash, Number = 2 };
        var made = await bench.Store.CreateAsync(blank with { Spec = spec }, cancellationToken);
        using (var file = new RecordFile(bench.Store, shop.Clock, made))
        {
            file.Edit(status => status with { StartedAt = shop.ReleasedAt });
            await file.WriteAsync(cancellationToken);
        }

        await bench.Store.AskAsync(made, new() { Id = "one", Action = RequestedAction.RollBack, By = "alice" }, cancellationToken);
        return (await bench.Store.ReadAsync("shop", "r", cancellationToken))!;
    }

    private async Task<GuardedRollout> AnswerAsync(ConfigurationScope scope, CancellationToken cancellationToken, Autonomy autonomy = Autonomy.Enforce)
    {
        var requests = new PersonRequests(bench.Store, Actuator, shop.Clock, "test", NullLogger<PersonRequests>.Instance);
        await bench.AnswerAsync(
            requests, new GuardPolicy { Name = "shop", Namespace = "shop", Autonomy = autonomy, RestoreConfig = scope }, cancellationToken);
        return (await bench.Store.ReadAsync("shop", "r", cancellationToken))!;
    }

    private string?[] Events() => [.. shop.Server.Store.List(ResourceTypes.Events, "shop").Items.Select(e => (string?)e["reason"])];
}
