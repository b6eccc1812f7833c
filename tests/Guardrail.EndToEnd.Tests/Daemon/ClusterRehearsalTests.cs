using Guardrail.Daemon.Hosting;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Timing;
using Guardrail.Testing.Cluster;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>
/// A scenario in a cluster of which the play knows only the Kubernetes API: drill pods serve their metrics and probes each on an address of its own, and the
/// daemon, installed before, is known by its records alone.
/// </summary>
[Category("Slow")]
[Category("EndToEnd")]
[CancelAfter(150_000)]
internal sealed class ClusterRehearsalTests
{
    private const string Body = """
        services:
          frontend: {pods: 3, traffic: 200/s, calls: [checkout]}
          checkout: {pods: 4}
        rollouts:
          - {service: checkout, at: 32s, by: agent, faults: [{fault: errors, rate: 20%}]}
          - {service: frontend, at: 92s, by: human, faults: [{fault: crashLoop, after: 3s}]}
        policy: {pacing: {enabled: true}}
        expect:
          rollouts:
            - {service: checkout, verdict: Regressed, action: RollBack}
            - {service: frontend, verdict: Regressed, action: RollBack}
        """;

    private static readonly string[] Arguments = ["run", "--policies=cluster", "--scrape", "--autonomy-ceiling=Enforce"];

    [Test]
    public async Task The_installed_Guardrail_does_in_a_cluster_what_virtual_time_says_and_the_namespace_is_left_empty(CancellationToken cancellationToken)
    {
        var time = new ScaledTimeProvider(TimeProvider.System.GetUtcNow(), 3);
        var role = new RoleCheck(DrillStage.Space, "drill-lead", ClusterRehearsal.Rights);
        var api = new EmbeddedApiServerOptions { Tokens = new Dictionary<string, string> { [DrillStage.Token] = "drill-lead" }, Authorizer = role.Allows };
        await using var stage = await DrillStage.StartAsync(new() { RunsDrillPods = true, TimeProvider = time, ApiServer = api }, Arguments, cancellationToken);
        await using var daemon = await GuardrailHost.StartAsync(Installed(stage), log: null, [], time, cancellationToken);
        using var lead = stage.Connect(DrillStage.Token);
        var told = new List<string>();

        var played = await ClusterRehearsal.PlayAsync(lead, Scenario, Options(time, told) with { Image = "guardrail:test" }, cancellationToken);

        var virtually = ScenarioPlayer.Play(Scenario, 1);
        Assert.Multiple(() =>
        {
            Assert.That(played.Checks.Concat(virtually.Checks).Where(c => !c.IsMet), Is.Empty);
            Assert.That(
                played.Guarded.Rollouts.Select(r => (r.Service, r.From, r.To, r.Action)),
                Is.EqualTo(virtually.Guarded.Rollouts.Select(r => (r.Service, r.From, r.To, r.Action))));
            foreach (var (one, other) in played.Guarded.Rollouts.Zip(virtually.Guarded.Rollouts))
            {
                // Two ticks: pods of a cluster take a moment to come up, and records one to be written.
                Assert.That(one.RolledBackAt, Is.EqualTo(other.RolledBackAt).Within(TimeSpan.FromSeconds(11)), one.Service);
            }

            Assert.That(role.Refused, Is.EqualTo(["list apps/deployments /"]), "with the rights in the namespace alone the installed Guardrail is not found");
            Assert.That(
                role.Used.Keys, Is.EquivalentTo(ClusterRehearsal.Rights.SelectMany(r => r.Verbs.Select(v => $"{v} {r.Resource}"))), "no right is asked for that it does not use");
            Assert.That(stage.Names(ResourceTypes.Deployments), Is.Empty);
            Assert.That(stage.Names(ResourceTypes.Pods), Is.Empty);
            Assert.That(stage.Names(ResourceTypes.ConfigMaps), Does.Not.Contain("guardrail-drill"));
            Assert.That(told[^1], Is.EqualTo("everything that it made in shop-drill is gone"));
        });
    }

    [Test]
    public async Task Deleting_the_marker_ends_it_and_everything_goes(CancellationToken cancellationToken)
    {
        await using var stage = await DrillStage.StartAsync(new() { RunsDrillPods = true }, Arguments, cancellationToken);
        await using var daemon = await GuardrailHost.StartAsync(Installed(stage), log: null, [], TimeProvider.System, cancellationToken);
        var told = new List<string>();
        var playing = ClusterRehearsal.PlayAsync(stage.Connection, Scenario, Options(TimeProvider.System, told), cancellationToken);
        await stage.Cluster.WaitUntilAsync(() => stage.Names(ResourceTypes.Pods).Count() == 7, cancellationToken);

        stage.Cluster.Store.Delete(ResourceTypes.ConfigMaps, DrillStage.Space, "guardrail-drill");

        var ended = await Assert.ThrowsAsync<RehearsalException>(() => playing);
        Assert.That(ended!.Message, Is.EqualTo("The drill was ended: the ConfigMap guardrail-drill was deleted from shop-drill."));
        Assert.That(stage.Names(ResourceTypes.Deployments).Concat(stage.Names(ResourceTypes.Pods)), Is.Empty);
    }

    [Test]
    public async Task A_Guardrail_that_does_not_guard_is_told_of_and_everything_goes(CancellationToken cancellationToken)
    {
        var time = new ScaledTimeProvider(TimeProvider.System.GetUtcNow(), 5);
        await using var stage = await DrillStage.StartAsync(new() { RunsDrillPods = true, TimeProvider = time }, Arguments, cancellationToken);

        var fault = await Assert.ThrowsAsync<RehearsalException>(() => ClusterRehearsal.PlayAsync(stage.Connection, Scenario, Options(time, []), cancellationToken));

        Assert.That(fault!.Message, Does.StartWith("Guardrail guards 0 of 2 services after 60 s; it must run with --policies=cluster, watch shop-drill"));
        Assert.That(stage.Names(ResourceTypes.Deployments).Concat(stage.Names(ResourceTypes.Pods)), Is.Empty);
    }

    private static Scenario Scenario { get; } = ScenarioFile.Load(
        new StringReader($"apiVersion: guardrail.dev/v1alpha1\nkind: Scenario\nname: rehearsal\nduration: 150s\n{Body}\n"), "rehearsal");

    private static RehearsalOptions Options(TimeProvider time, List<string> told) =>
        new() { Namespace = DrillStage.Space, By = "anna", TimeProvider = time, Progress = told.Add };

    private static DaemonOptions Installed(DrillStage stage) => new()
    {
        PolicyPaths = [],
        ClusterPolicies = true,
        Scrape = true,
        Kubeconfig = stage.Kubeconfig,
        Listen = "127.0.0.1:0",
        Records = RecordKeeping.Required,
    };
}
