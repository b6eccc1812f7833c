using System.Collections.Immutable;
using Guardrail.Daemon.Hosting;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.Traffic.Faults;
using Guardrail.Testing.Cluster;

namespace Guardrail.EndToEnd.Tests.Cluster;

/// <summary>The daemon against a real control plane, by direct scrape.</summary>
[Explicit("Needs a cluster: set GUARDRAIL_TEST_KUBECONFIG to its kubeconfig (administrator).")]
[Category("RealCluster")]
[Category("EndToEnd")]
[CancelAfter(150_000)]
internal sealed class RealClusterTests
{
    private const string First = "registry.invalid/checkout:v1";
    private const string Good = "registry.invalid/checkout:v2";
    private const string Bad = "registry.invalid/checkout:v3-agent";
    private static readonly ImmutableDictionary<string, RevisionBehaviour> Behaviours =
        ImmutableDictionary<string, RevisionBehaviour>.Empty.Add(Bad, TestShop.FivePercentErrors);

    public static string Kubeconfig => Environment.GetEnvironmentVariable("GUARDRAIL_TEST_KUBECONFIG")
        ?? throw new InvalidOperationException("Set GUARDRAIL_TEST_KUBECONFIG to the kubeconfig of a cluster.");

    private DirectoryInfo folder = null!;

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("guardrail-real-");

    [TearDown]
    public void RemoveFolder() => folder.Delete(recursive: true);

    [Test]
    public async Task A_good_release_stays_and_is_stamped(CancellationToken cancellationToken)
    {
        await using var pods = await StartPodsAsync(cancellationToken);
        await using var daemon = await StartDaemonAsync(pods, PolicyText.For(pods.Namespace), cancellationToken);

        await pods.DeployAsync(Good, cancellationToken);
        var end = await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.StampKnownGood, cancellationToken);

        Assert.That(end.Verdict, Is.InstanceOf<Verdict.Healthy>(), daemon.Decisions.ToString());
        var now = await pods.ReadAsync(cancellationToken);
        Assert.That(now.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(Good));
        Assert.That(now.Spec.Paused, Is.Not.True);
        Assert.That(now.Metadata.Generation, Is.EqualTo(4), "made, deployed, held, resumed");
        var stamped = (await pods.ReplicaSetsAsync(cancellationToken)).Where(r => r.Metadata.Annotations.ContainsKey(GuardrailAnnotations.KnownGood));
        Assert.That(stamped.Select(r => r.Spec.Template.Spec.Containers[0].Image), Is.EqualTo(new[] { Good }));
    }

    [Test]
    public async Task A_bad_release_is_rolled_back_once(CancellationToken cancellationToken)
    {
        await using var pods = await StartPodsAsync(cancellationToken);
        await using var daemon = await StartDaemonAsync(pods, PolicyText.For(pods.Namespace), cancellationToken);

        await pods.DeployAsync(Bad, cancellationToken);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await AssertTakenBackAsync(pods, daemon, 4, cancellationToken);
        Assert.That(await pods.EventReasonsAsync(cancellationToken), Has.Exactly(1).EqualTo("RollingBack").And.Exactly(1).EqualTo("RolloutHeld"));
    }

    [Test]
    public async Task A_person_s_pause_is_never_undone_and_a_person_s_resume_lets_the_rollback_follow(CancellationToken cancellationToken)
    {
        await using var pods = await StartPodsAsync(cancellationToken);
        await using var daemon = await StartDaemonAsync(pods, PolicyText.For(pods.Namespace, pacing: false), cancellationToken);

        await pods.DeployAsync(Bad, cancellationToken);
        await pods.UntilAsync(d => d.Status.UpdatedReplicas > 0, cancellationToken);
        await pods.PatchAsync("""{"spec":{"paused":true}}""", cancellationToken);
        var page = await daemon.Decisions.UntilAsync(DecisionKind.Page, cancellationToken);
        await daemon.Decisions.UntilToldAsync(5, cancellationToken);

        Assert.That(page.Reason, Does.Contain("somebody else paused"));
        var held = await pods.ReadAsync(cancellationToken);
        Assert.That((held.Spec.Paused, held.Metadata.Generation), Is.EqualTo(((bool?)true, (long?)3)), "nothing was written");

        await pods.PatchAsync("""{"spec":{"paused":null}}""", cancellationToken);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await AssertTakenBackAsync(pods, daemon, 5, cancellationToken);
    }

    [Test]
    public async Task A_person_s_return_to_the_old_template_during_the_hold_lets_it_go(CancellationToken cancellationToken)
    {
        await using var pods = await StartPodsAsync(cancellationToken);
        await using var daemon = await StartDaemonAsync(pods, PolicyText.For(pods.Namespace), cancellationToken);

        await pods.DeployAsync(Bad, cancellationToken);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        await pods.DeployAsync(First, cancellationToken);
        await pods.UntilAsync(d => d.Spec.Paused is not true && d.Status.UpdatedReplicas == 6 && d.Status.Replicas == 6, cancellationToken);

        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.RollBack), daemon.Decisions.ToString());
    }

    private static Task<RealClusterPods> StartPodsAsync(CancellationToken cancellationToken) =>
        RealClusterPods.StartAsync(Kubeconfig, First, Behaviours, TimeSpan.FromSeconds(1.5), cancellationToken);

    private static async Task AssertTakenBackAsync(
        RealClusterPods pods, GuardedDaemon daemon, long generation, CancellationToken cancellationToken)
    {
        var now = await pods.UntilAsync(
            d => d.Status.ObservedGeneration == d.Metadata.Generation && d.Status.UpdatedReplicas == 6 && d.Status.Replicas == 6
                && d.Status.AvailableReplicas == 6,
            cancellationToken);
        await daemon.Decisions.UntilToldAsync(3, cancellationToken);
        now = await pods.ReadAsync(cancellationToken);
        Assert.That(now.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(First));
        Assert.That(now.Spec.Paused, Is.Not.True);
        Assert.That(now.Metadata.Annotations, Does.ContainKey(GuardrailAnnotations.RolledBackBy).And.ContainKey(GuardrailAnnotations.Quarantined));
        Assert.That(now.Metadata.Generation, Is.EqualTo(generation), "one write took it back, and none followed");
        Assert.That(daemon.Decisions.Acts.Count(a => a.Decision.Kind == DecisionKind.RollBack && a.Outcome is ActionOutcome.Applied), Is.EqualTo(1));
    }

    private async Task<GuardedDaemon> StartDaemonAsync(RealClusterPods pods, string policy, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder.FullName, "policy.yaml");
        await File.WriteAllTextAsync(path, policy, cancellationToken);
        var daemon = await GuardedDaemon.StartAsync(
            new DaemonOptions { PolicyPaths = [path], Scrape = true, Kubeconfig = Kubeconfig, Listen = "127.0.0.1:0" }, cancellationToken);
        await TestContext.Out.WriteLineAsync(pods.Namespace);
        await daemon.Decisions.UntilToldAsync(6, cancellationToken);
        return daemon;
    }
}
