using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Tests.Watching;
using Guardrail.Kubernetes.Workloads;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Kubernetes.Tests.Acting;

[CancelAfter(30_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KubernetesActuatorTests
{
    private const string Down = """{"kind":"Status","status":"Failure","message":"etcdserver: leader changed","code":500}""";
    private const string Refusal =
        """pods "db-2" is forbidden: User "guardrail" cannot delete resource "pods" in API group "" in the namespace "demo-g"...""";

    private readonly RecordedRollout rollout = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 9, 12, 0, 0, TimeSpan.Zero));
    private readonly List<string> faults = [];
    private ScriptedServer server = null!;
    private KubernetesActuator actuator = null!;

    [SetUp]
    public async Task Start()
    {
        server = await ScriptedServer.StartAsync();
        actuator = new KubernetesActuator(server.Connection.Api, new ActuatorOptions
        {
            TimeProvider = clock,
            Instance = "pod-1",
            OnAnnouncementFault = faults.Add
        });
    }

    [TearDown]
    public async Task Stop() => await server.DisposeAsync();

    [Test]
    public async Task Reads_the_Deployment_and_its_ReplicaSets_and_then_writes_once()
    {
        Readable().ThenStatus(200, "{}");
        Assert.That(await ApplyAsync(rollout.Hold()), Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(server.Received.Select(request => $"{request.Method} {request.Path}"), Is.EqualTo(new[]
        {
            "GET /apis/apps/v1/namespaces/demo-a/deployments/web",
            "GET /apis/apps/v1/namespaces/demo-a/replicasets?labelSelector=app=web",
            "PATCH /apis/apps/v1/namespaces/demo-a/deployments/web?fieldManager=guardrail",
        }));
        Assert.That(server.Received[2].ContentType, Does.StartWith("application/json-patch+json"));
        Assert.That(server.Received[2].Body, Does.StartWith("[{\"op\":\"test\",\"path\":\"/metadata/uid\""));
    }

    [Test]
    [Category("Fault")]
    public async Task Tries_reads_again_but_never_a_write()
    {
        server.ThenStatus(500, Down).ThenStatus(429, "Too many requests", "text/plain", retryAfter: "1");
        Readable().ThenStatus(503, Down);
        Assert.That(await ApplyAsync(rollout.Hold()), Is.InstanceOf<ActionOutcome.Failed>().With.Property("Reason").Contains("etcdserver"));
        Assert.That(server.Received.Count(request => request.Method == "PATCH"), Is.EqualTo(1));
        Assert.That(server.Received, Has.Count.EqualTo(5));
    }

    [Test]
    [Category("Fault")]
    public async Task Gives_a_server_up_that_stays_down()
    {
        server.ThenStatus(500, Down).ThenStatus(500, Down).ThenStatus(500, Down).ThenStatus(500, Down);
        Assert.That(await ApplyAsync(rollout.Hold()), Is.InstanceOf<ActionOutcome.Failed>());
        Assert.That(server.Received, Has.Count.EqualTo(4));
    }

    [Test]
    [Category("Fault")]
    public async Task A_write_that_is_not_answered_has_failed_and_is_found_done_the_next_time()
    {
        Readable().ThenWatch(Ending.Never);
        Assert.That(await ApplyAsync(rollout.RollBack(RecordedRollout.Second)), Is.InstanceOf<ActionOutcome.Failed>()
            .With.Property("Reason").Contains("10 s"));
        rollout.Annotations[GuardrailAnnotations.RolledBackBy] = "d3";
        Readable();
        Assert.That(await ApplyAsync(rollout.RollBack(RecordedRollout.Second)), Is.InstanceOf<ActionOutcome.AlreadyDone>());
    }

    [Test]
    [Category("Fault")]
    public async Task A_connection_that_breaks_within_the_write_has_failed()
    {
        Readable().Then(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        Assert.That(await ApplyAsync(rollout.RollBack(RecordedRollout.Second)), Is.InstanceOf<ActionOutcome.Failed>());
    }

    [Test]
    [Category("Fault")]
    public async Task A_workload_that_is_gone_cannot_be_acted_upon()
    {
        var missing = Recordings.Request("03-errors", record => record.GetProperty("status").GetInt32() == 404).GetProperty("responseBody");
        server.ThenStatus(404, JsonSerializer.Serialize(missing));
        Assert.That(await ApplyAsync(rollout.Hold()), Is.InstanceOf<ActionOutcome.Impossible>().With.Property("Reason")
            .Contains("demo-a/web is gone"));
    }

    [Test]
    public async Task A_broken_pod_is_deleted_only_if_it_is_still_the_one_that_was_read()
    {
        var set = new RecordedSet(14_000);
        set.Annotations[GuardrailAnnotations.Quarantined] = RecordedSet.Broken.Hash;
        Readable(set).ThenStatus(200, "{}");
        Assert.That(await ApplyAsync(set.DeletePod("db-2")), Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(server.Received.Select(request => $"{request.Method} {request.Path}"), Is.EqualTo(new[]
        {
            "GET /apis/apps/v1/namespaces/demo-g/statefulsets/db",
            "GET /apis/apps/v1/namespaces/demo-g/controllerrevisions?labelSelector=app=db",
            "GET /api/v1/namespaces/demo-g/pods?labelSelector=app=db",
            "DELETE /api/v1/namespaces/demo-g/pods/db-2",
        }));
        var preconditions = JsonNode.Parse(server.Received[3].Body)!["preconditions"]!;
        Assert.That((string?)preconditions["uid"], Is.EqualTo(set.DeletePod("db-2").PodUid));
        Assert.That((string?)preconditions["resourceVersion"], Is.Not.Empty);
    }

    [TestCase(404, "NotFound", typeof(ActionOutcome.AlreadyDone))]
    [TestCase(409, "Conflict", typeof(ActionOutcome.LostRace))]
    [TestCase(403, "Forbidden", typeof(ActionOutcome.Impossible))]
    [Category("Fault")]
    public async Task A_refused_delete_is_told_by_what_it_means(int code, string reason, Type outcome)
    {
        var set = new RecordedSet(14_000);
        set.Annotations[GuardrailAnnotations.Quarantined] = RecordedSet.Broken.Hash;
        Readable(set).ThenStatus(code, $$"""{"kind":"Status","reason":"{{reason}}","message":{{JsonSerializer.Serialize(Refusal)}},"details":{"name":"db-2","kind":"pods"},"code":{{code}}}""");
        var told = await ApplyAsync(set.DeletePod("db-2"));
        Assert.That(told, Is.InstanceOf(outcome));
        Assert.That((told as ActionOutcome.Impossible)?.Reason ?? "\"delete\"", Does.Contain("\"delete\""), "the Role names the missing verb");
    }

    [Test]
    public async Task A_rollback_of_a_set_reads_no_pods_and_writes_once()
    {
        var set = new RecordedSet(10_000);
        Readable(set, pods: false).ThenStatus(200, "{}");
        Assert.That(await ApplyAsync(set.RollBack(RecordedSet.Third)), Is.InstanceOf<ActionOutcome.Applied>());
        Assert.That(server.Received[^1].Method, Is.EqualTo("PATCH"));
        Assert.That(server.Received[^1].Path, Is.EqualTo("/apis/apps/v1/namespaces/demo-g/statefulsets/db?fieldManager=guardrail"));
        Assert.That(server.Received, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task An_announcement_is_an_Event_such_as_the_server_accepted()
    {
        server.ThenStatus(201, "{}").ThenStatus(409, """{"kind":"Status","reason":"AlreadyExists","message":"exists","code":409}""");
        var announcement = new Announcement(RecordedRollout.Web, rollout.Uid, "RolledBack", true, new string('é', 1000), new DecisionId(
            "d3"));
        await actuator.AnnounceAsync(announcement, default);
        await actuator.AnnounceAsync(announcement, default);
        Assert.That(faults, Is.Empty);
        Assert.That(server.Received[0].Path, Is.EqualTo("/apis/events.k8s.io/v1/namespaces/demo-a/events"));
        var made = JsonNode.Parse(server.Received[0].Body)!.AsObject();
        var recorded = Recordings.Request("06b-events", record => record.GetProperty("path")
            .GetString()!.Contains("events.k8s.io", StringComparison.Ordinal)
            && record.GetProperty("method").GetString() == "POST" && record.GetProperty("status").GetInt32() == 201)
                .GetProperty("requestBody");
        Assert.That(made.Select(field => field.Key), Is.EquivalentTo(recorded.EnumerateObject().Select(field => field.Name)));
        Assert.That((string?)made["eventTime"], Is.EqualTo("2026-03-09T12:00:00.000000Z"));
        Assert.That(System.Text.Encoding.UTF8.GetByteCount((string)made["note"]!), Is.InRange(1000, 1024));
        Assert.That((string?)made["note"], Does.EndWith("é…"));
        Assert.That((string?)JsonNode.Parse(server.Received[1].Body)!["metadata"]!["name"], Is.EqualTo((string?)made["metadata"]!["name"]));
    }

    [Test]
    public async Task An_announcement_that_cannot_be_made_is_told_and_not_thrown()
    {
        server.ThenStatus(500, Down);
        await actuator.AnnounceAsync(new Announcement(RecordedRollout.Web, "u", "Held", false, "m", null), default);
        Assert.That(faults.Single(), Does.StartWith("Held of demo-a/web could not be written as an Event. The API server answered 500"));
    }

    private ScriptedServer Readable() => server
        .ThenStatus(200, rollout.Deployment.ToJsonString())
        .ThenStatus(200, new JsonObject
        {
            ["items"] = new JsonArray([.. rollout.ReplicaSets.Select(set =>
            set.DeepClone())])
        }.ToJsonString());

    private ScriptedServer Readable(RecordedSet set, bool pods = true)
    {
        server.ThenStatus(200, set.Set.ToJsonString()).ThenStatus(200, List(set.Revisions));
        return pods ? server.ThenStatus(200, List(set.Pods)) : server;
    }

    private static string List(IEnumerable<JsonNode> items) =>
        new JsonObject { ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]) }.ToJsonString();

    private async Task<ActionOutcome> ApplyAsync(WorkloadAction action)
    {
        var applying = actuator.ApplyAsync(action, default).AsTask();
        await Moving.UntilAsync(clock, applying, TimeSpan.FromMilliseconds(50));
        return await applying;
    }
}
