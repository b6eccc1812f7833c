using System.Text;
using System.Text.Json;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;
using Guardrail.Kubernetes.Workloads;
using k8s;

namespace Guardrail.Kubernetes.Tests.Live;

/// <summary>The feed and the actuator against a real control plane.</summary>
[Explicit("Needs a cluster: set GUARDRAIL_TEST_KUBECONFIG to its kubeconfig (administrator).")]
[Category("Cluster")]
[CancelAfter(120_000)]
public sealed class RealClusterTests
{
    private LiveSpace live = null!;

    private WorkloadId Web => new(live.Name, WorkloadKind.Deployment, "web");

    private string Path => $"apis/apps/v1/namespaces/{live.Name}/deployments/web";

    [SetUp]
    public async Task Connect()
    {
        live = await LiveSpace.StartAsync();
        await live.MakeWorkloadAsync(WorkloadKind.Deployment);
    }

    [TearDown]
    public async Task Clean() => await live.DisposeAsync();

    [Test]
    public async Task Follows_holds_resumes_and_rolls_back_a_rollout()
    {
        await using var feed = live.Feed();
        var actuator = live.Actuator;
        var first = await feed.ViewAsync(view => view.Observed && view.Pods.Count(pod => pod.ReadySince is not null) == 3);
        Assert.That(first.Pods[0].ScrapeTarget?.Address.Port, Is.EqualTo(9090));
        Assert.That(first.Revision(first.CurrentRevision)!.ChangedBy, Is.Not.Null);

        Assert.That(await actuator.ApplyAsync(new WorkloadAction.StampKnownGood
        {
            Decision = new("d0"),
            Workload = Web,
            Precondition = Of(
            first),
            Reason = "baked"
        }, default), Is.InstanceOf<ActionOutcome.Applied>());
        var good = await feed.ViewAsync(view => view.Revision(first.CurrentRevision)?.KnownGood == true);
        Assert.That(good.Generation, Is.EqualTo(first.Generation));

        await live.SetImageAsync("2-broken");
        var canary = await feed.ViewAsync(view => view.Observed && view.CurrentRevision is { } now && now != first.CurrentRevision
            && view.Pods.Any(pod => pod.Revision == now && pod.WaitingReason is not null));
        var hold = new WorkloadAction.Hold { Decision = new("d1"), Workload = Web, Precondition = Of(canary), Reason = "compare first" };
        Assert.That(await actuator.ApplyAsync(hold, default), Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(await actuator.ApplyAsync(hold, default), Is.InstanceOf<ActionOutcome.AlreadyDone>());
        var held = await feed.ViewAsync(view => view.Observed && view.Pause == PauseState.ByGuardrail);
        Assert.That(held.CurrentRevision, Is.EqualTo(canary.CurrentRevision));

        var resume = new WorkloadAction.Resume { Decision = new("d2"), Workload = Web, Precondition = Of(held), Reason = "go on" };
        Assert.That(await actuator.ApplyAsync(resume, default), Is.InstanceOf<ActionOutcome.Applied>());
        var resumed = await feed.ViewAsync(view => view.Observed && view.Pause == PauseState.Running);
        var again = hold with { Decision = new("d3"), Precondition = Of(resumed) };
        Assert.That(await actuator.ApplyAsync(again, default), Is.InstanceOf<ActionOutcome.Applied>());
        held = await feed.ViewAsync(view => view.Observed && view.Pause == PauseState.ByGuardrail);

        var stale = new WorkloadAction.RollBack
        {
            Decision = new("d4"),
            Workload = Web,
            Precondition = Of(canary),
            Reason = "errors",
            To = first.CurrentRevision!.Value
        };
        Assert.That(await actuator.ApplyAsync(stale, default), Is.InstanceOf<ActionOutcome.LostRace>());
        var gone = stale with { Precondition = Of(held), To = new("nosuch") };
        Assert.That(await actuator.ApplyAsync(gone, default), Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason")
            .Contains("revisionHistoryLimit 10"));
        var rollBack = stale with { Precondition = Of(held) };
        Assert.That(await actuator.ApplyAsync(rollBack, default), Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(await actuator.ApplyAsync(rollBack, default), Is.InstanceOf<ActionOutcome.AlreadyDone>());
        var back = await feed.ViewAsync(view => view.Observed && view.CurrentRevision == first.CurrentRevision && view.Pods.All(pod =>
            pod.Revision == first.CurrentRevision));
        Assert.That(back.Pause, Is.EqualTo(PauseState.Running));
        Assert.That(back.Quarantined, Is.EquivalentTo(new[] { canary.CurrentRevision!.Value }));
        Assert.That(back.Revision(back.CurrentRevision), Has.Property("Number").EqualTo(3).And.Property("KnownGood")
            .True.And.Property("ChangedBy").EqualTo("guardrail"));
        Assert.That(back.Pods, Has.Length.EqualTo(3));
        Assert.That(feed.Seen.OfType<WorkloadChange.Unreachable>(), Is.Empty);
        await TestContext.Out.WriteLineAsync($"{feed.Seen.Count} messages");
    }

    [Test]
    public async Task A_change_between_reading_and_writing_is_a_lost_race_and_a_bad_patch_is_not()
    {
        async Task<ActionOutcome> Outcome(JsonPatch patch)
        {
            using var content = patch.ToContent();
            var fault = await Assert.CatchAsync(async () => (await live.Api.SendAsync(HttpMethod.Patch, Path, content, default))
                .Dispose());
            return Outcomes.Of(fault!, Web, TimeSpan.FromSeconds(1));
        }

        Assert.That(await Outcome(new JsonPatch().Test("/metadata/generation", 99)
            .Set("/spec/paused", true)), Is.InstanceOf<ActionOutcome.LostRace>());
        Assert.That(await Outcome(new JsonPatch().Remove("/spec/paused")), Is.InstanceOf<ActionOutcome.LostRace>());
        Assert.That(await Outcome(new JsonPatch().Set("/spec/replicas", -1)), Is.InstanceOf<ActionOutcome.Impossible>());
        Assert.That(await Outcome(new JsonPatch().Set("/spec/replicas", "x")), Is.InstanceOf<ActionOutcome.Impossible>());
    }

    [Test]
    public async Task An_announcement_made_twice_is_one_event_on_the_workload()
    {
        var uid = (string)(await live.GetAsync(Path))["metadata"]!["uid"]!;
        var faults = new List<string>();
        var actuator = new KubernetesActuator(live.Api, new ActuatorOptions
        {
            TimeProvider = TimeProvider.System,
            Instance = "test",
            OnAnnouncementFault = faults.Add
        });
        var announcement = new Announcement(Web, uid, "RolledBack", true, new string('é', 2000), new DecisionId("d4"));
        await actuator.AnnounceAsync(announcement, default);
        await actuator.AnnounceAsync(announcement, default);
        using var events = await live.Api.SendAsync(HttpMethod.Get, $"apis/events.k8s.io/v1/namespaces/{live.Name}/events", null,
            default);
        Assert.That(faults, Is.Empty);
        Assert.That(events.RootElement.Items("items").Count(one => one.Text("reason") == "RolledBack"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_missing_right_prints_the_role_and_is_enough_once_bound()
    {
        await live.PostAsync($"api/v1/namespaces/{live.Name}/serviceaccounts", """{"metadata":{"name":"weak"}}""");
        using var token = await live.PostAsync($"api/v1/namespaces/{live.Name}/serviceaccounts/weak/token", """{"spec":{}}""");
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(LiveSpace.Kubeconfig);
        (configuration.ClientCertificateData, configuration.ClientCertificateKeyData) = (null, null);
        configuration.AccessToken = token.RootElement.Field("status").Text("token");
        using var weak = KubernetesConnection.Create(configuration, "a weak account");
        await using var feed = new FeedProbe(new KubernetesWorkloadFeed(weak.Api, [live.Policy()], LiveSpace.FeedOptions()));
        var unreachable = (WorkloadChange.Unreachable)await feed.UntilAsync(change => change is WorkloadChange.Unreachable);
        await TestContext.Out.WriteLineAsync(unreachable.Reason);
        Assert.That(unreachable.Reason, Does.Contain("kind: Role\n")
            .And.Contain("- apiGroups: [\"apps\"]\n  resources: [\"replicasets\"]\n  verbs: [\"get\", \"list\", \"watch\"]"));
        var outcome = await LiveSpace.ActuatorOf(weak).ApplyAsync(new WorkloadAction.Resume
        {
            Decision = new("x"),
            Workload = Web,
            Precondition = new(
            "u", 1, new("r")),
            Reason = "r"
        }, default);
        Assert.That(outcome, Is.InstanceOf<ActionOutcome.Impossible>());

        var role = ((ActionOutcome.Impossible)outcome).Reason.Split('\n', 2)[1];
        using (var content = new StringContent(role, Encoding.UTF8, "application/yaml"))
        {
            using var made = await live.Api.SendAsync(HttpMethod.Post, $"apis/rbac.authorization.k8s.io/v1/namespaces/{live.Name}/roles",
                content, default);
        }

        await live.PostAsync($"apis/rbac.authorization.k8s.io/v1/namespaces/{live.Name}/rolebindings", $$"""
            {"metadata":{"name":"weak"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"guardrail"},
             "subjects":[{"kind":"ServiceAccount","name":"weak","namespace":"{{live.Name}}"}]}
            """);
        var view = await feed.ViewAsync(view => view.Id == Web);
        var stamp = await LiveSpace.ActuatorOf(weak).ApplyAsync(new WorkloadAction.StampKnownGood
        {
            Decision = new("y"),
            Workload = Web,
            Precondition = Of(view),
            Reason = "r"
        }, default);
        Assert.That(stamp, Is.InstanceOf<ActionOutcome.AlreadyDone>().Or.InstanceOf<ActionOutcome.Applied>());
    }

    private static Precondition Of(WorkloadView view) => new(view.Uid, view.Generation, view.CurrentRevision!.Value);
}
