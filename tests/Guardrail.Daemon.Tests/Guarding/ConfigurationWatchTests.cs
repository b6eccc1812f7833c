using System.Collections.Concurrent;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Leading;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Configuration;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Cluster;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>Configuration that changes, as it is told before it matters. On the embedded API server.</summary>
[CancelAfter(20_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConfigurationWatchTests : IAsyncDisposable
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero));
    private readonly Announcer announcer = new();
    private ConfiguredShop shop = null!;
    private KubernetesConnection connection = null!;
    private ConfigurationWatch watch = null!;
    private Fleet fleet = null!;

    private GuardedWorkload Guarded => fleet.Find(ConfiguredShop.Checkout)!;

    [SetUp]
    public async Task Start()
    {
        shop = await ConfiguredShop.StartAsync();
        connection = KubernetesConnection.Create(
            new KubernetesClientConfiguration { Host = shop.Server.Address.ToString(), Username = "anyone", Password = "anything" }, "the test");
        var survey = new ConfigurationSurvey(connection.Api, new ActuatorOptions { TimeProvider = TimeProvider.System, Instance = "test", ReadRetries = 1 });
        watch = new ConfigurationWatch(survey, announcer, new Leadership(), time, NullLogger<ConfigurationWatch>.Instance);
    }

    /// <summary>NUnit disposes of each test's instance.</summary>
    public async ValueTask DisposeAsync()
    {
        watch.Dispose();
        connection.Dispose();
        await shop.DisposeAsync();
    }

    [Test]
    public async Task A_trusted_revision_has_its_configuration_noted_though_nobody_watched_it_pass(CancellationToken cancellationToken)
    {
        Guard(ConfigurationScope.ConfigMaps);
        await UntilAsync(() => shop.Copies("known-good").Count == 2 && Guarded.View.Configuration is not null, cancellationToken);
        Assert.That(Guarded.View.Configuration, Is.EqualTo(new ConfigurationView(ConfiguredShop.Good)));
        Assert.That(Guarded.RollbackReadiness.IsReady);
        Assert.That(announcer.Told, Is.Empty);
    }

    [Test]
    [Category("Fault")]
    public async Task A_ConfigMap_changed_without_a_rollout_is_told_once_and_readiness_says_that_it_would_not_go_back(CancellationToken cancellationToken)
    {
        Guard(ConfigurationScope.None);
        await UntilAsync(() => Guarded.View.Configuration is not null, cancellationToken);
        shop.Set("env", "LIMIT", "0");
        await UntilAsync(() => Guarded.View.Configuration?.Left is not null && !announcer.Told.IsEmpty, cancellationToken);
        for (var look = 0; look < 3; look++)
        {
            Look();
        }

        Assert.That(Guarded.RollbackReadiness.Reason, Is.EqualTo(RollbackReadinessReason.ConfigurationChanged));
        Assert.That(Guarded.RollbackReadiness.Message, Does.Contain("ConfigMap env (has changed; restoreConfig is None)"));
        Assert.That(announcer.Told.Single(), Does.StartWith("ConfigurationChanged: Configuration that 5f6d reads has changed without a rollout"));
    }

    [Test]
    [Category("Fault")]
    public async Task Restored_on_opt_in_readiness_stays_and_names_what_would_go_back(CancellationToken cancellationToken)
    {
        Guard(ConfigurationScope.ConfigMaps);
        await UntilAsync(() => shop.Copies("known-good").Count == 2, cancellationToken);
        shop.Set("env", "LIMIT", "0");
        await UntilAsync(() => Guarded.View.Configuration?.Restored is not null, cancellationToken);
        Assert.That(Guarded.RollbackReadiness, Has.Property("IsReady").True.And.Property("Message").Contains("with it would be restored"));
    }

    [TestCase(ConfigurationScope.None, true)]
    [TestCase(ConfigurationScope.ConfigMaps, false)]
    [Category("Fault")]
    public async Task Without_the_right_to_look_only_who_asked_for_restoring_is_told(ConfigurationScope scope, bool ready, CancellationToken cancellationToken)
    {
        var refused = 0;
        shop.Server.Faults.Inject(call => call.Resource == "configmaps" && Interlocked.Increment(ref refused) > 0, new ApiFault.Answer(
            403, "Forbidden", "configmaps \"env\" is forbidden: User \"guardrail\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"shop\""));
        Guard(scope);
        await UntilAsync(() => Guarded.View.Configuration is not null, cancellationToken);
        Assert.That(refused, Is.Positive);
        Assert.That(Guarded.RollbackReadiness.IsReady, Is.EqualTo(ready));
        Assert.That(Guarded.RollbackReadiness.Message.Contains("kind: Role", StringComparison.Ordinal), Is.Not.EqualTo(ready));
    }

    [TestCase(Autonomy.Observe, true)]
    [TestCase(Autonomy.Enforce, false)]
    public async Task Where_Guardrail_may_not_write_or_nothing_is_read_it_does_not_look(
        Autonomy autonomy, bool readsConfiguration, CancellationToken cancellationToken)
    {
        Guard(ConfigurationScope.ConfigMaps, autonomy, readsConfiguration);
        for (var look = 0; look < 3; look++)
        {
            Look();
        }

        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Assert.That(shop.Server.Counters.Total, Is.Zero);
    }

    private void Guard(ConfigurationScope scope, Autonomy autonomy = Autonomy.Enforce, bool readsConfiguration = true)
    {
        fleet = new Fleet([new GuardPolicy { Name = "shop", Namespace = "shop", Autonomy = autonomy, RestoreConfig = scope }]);
        fleet.Observe(
            new WorkloadChange.Snapshot([new WorkloadView
            {
                Id = ConfiguredShop.Checkout,
                Uid = (string)shop.Deployment["metadata"]!["uid"]!,
                Generation = 1,
                DesiredReplicas = 2,
                CurrentRevision = ConfiguredShop.Good,
                Revisions = [new RevisionView { Id = ConfiguredShop.Good, Number = 1, DesiredReplicas = 2, ReadsConfiguration = readsConfiguration }],
                Pods = [],
            }]),
            time.GetUtcNow());
    }

    private void Look()
    {
        time.Advance(TimeSpan.FromMinutes(3));
        watch.Observed(fleet, new MetricReport(time.GetUtcNow(), []));
    }

    private async Task UntilAsync(Func<bool> holds, CancellationToken cancellationToken)
    {
        while (!holds())
        {
            Look();
            await watch.DrainAsync().WaitAsync(cancellationToken);
        }
    }

    private sealed class Announcer : IActuator
    {
        public ConcurrentQueue<string> Told { get; } = new();

        public ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken)
        {
            Told.Enqueue($"{announcement.Kind}: {announcement.Message}");
            return ValueTask.CompletedTask;
        }
    }
}
