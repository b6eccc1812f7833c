using System.Collections.Immutable;
using System.Text.Json;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Tests.Watching;
using Guardrail.Kubernetes.Watching;
using Guardrail.Kubernetes.Workloads;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Kubernetes.Tests.Workloads;

[CancelAfter(30_000)]
public sealed class KubernetesWorkloadFeedTests
{
    private static readonly GuardPolicy Policy = new() { Name = "all", Namespace = "demo-a" };

    [Test]
    public async Task Replays_a_recorded_rollout_over_HTTP_as_few_views_that_end_the_same()
    {
        await using var server = await ScriptedServer.StartAsync();
        foreach (var _ in Enumerable.Range(0, 6))
        {
            server.Then(AnswerFromRecording);
        }

        var clock = new FakeTimeProvider();
        var feed = new KubernetesWorkloadFeed(server.Connection.Api, [Policy],
            new FeedOptions { Watch = new WatchOptions { TimeProvider = clock } });
        using var ending = new CancellationTokenSource();
        await using var messages = feed.WatchAsync(ending.Token).GetAsyncEnumerator(CancellationToken.None);
        var expected = Replay.Of("02a-deployment-create-update-undo").At(11300);
        var told = 0;
        WorkloadView? view = null;
        while (view is null || !ViewComparer.AreEqual(view, expected))
        {
            var next = messages.MoveNextAsync().AsTask();
            await Moving.UntilAsync(clock, next, TimeSpan.FromMilliseconds(10));
            Assert.That(await next, Is.True);
            told++;
            // How much the first snapshot holds already depends on how fast the three watches come.
            view = messages.Current switch
            {
                WorkloadChange.Changed changed => changed.Workload,
                WorkloadChange.Snapshot snapshot => snapshot.Workloads.SingleOrDefault(),
                _ => view,
            };
        }

        Assert.That(told, Is.LessThan(40), "326 events");
        await ending.CancelAsync();
        Assert.That(async () => await messages.MoveNextAsync(), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void One_policy_of_a_namespace_selects_at_the_server_and_two_that_differ_do_not()
    {
        var web = Policy with { Selector = new LabelSelector { Requirements = [new LabelRequirement("tier", LabelOperator.In, ["web"])] } };
        Assert.That(Watches(web), Is.EqualTo(new[]
        {
            "apis/apps/v1/namespaces/demo-a/deployments tier in (web)", "apis/apps/v1/namespaces/demo-a/replicasets ",
                "api/v1/namespaces/demo-a/pods ",
        }));
        Assert.That(Watches(web, Policy with { Name = "rest" })[0], Is.EqualTo("apis/apps/v1/namespaces/demo-a/deployments "));
        Assert.That(Watches(web, web with { Name = "again" })[0], Does.EndWith("tier in (web)"));
    }

    [Test]
    public void Many_namespaces_are_watched_as_one_cluster() => Assert.That(
        Watches([.. Enumerable.Range(0, 20).Select(number => Policy with { Namespace = $"team-{number}" })]),
        Is.EqualTo(new[] { "apis/apps/v1/deployments ", "apis/apps/v1/replicasets ", "api/v1/pods " }));

    [Test]
    public void A_view_tells_the_labels_by_which_a_policy_selects_it()
    {
        using var source = JsonDocument.Parse("""
            {"metadata": {"name": "web", "namespace": "demo-a", "uid": "u", "labels": {"tier": "web"}}, "spec": {"template": {}}}
            """);
        var web = Policy with { Selector = new LabelSelector { Requirements = [new LabelRequirement("tier", LabelOperator.In, ["web"])] } };
        var index = new WorkloadIndex(web.Guards);
        index.Put("deployments", WorkloadReader.ReadUnlessDeleted(WorkloadKind.Deployment, source.RootElement));
        var view = index.View(new WorkloadId("demo-a", WorkloadKind.Deployment, "web"))!;
        Assert.That(web.Guards(view.Id, view.Labels), Is.True, "else nobody guards it");
    }

    [Test]
    [Category("Slow")]
    public void What_is_kept_of_a_pod_is_less_than_two_kilobytes()
    {
        const int count = 20_000;
        var source = Recordings.Events("02a-deployment-create-update-undo").Last(one => one.Plural == "pods"
            && one.Event.GetProperty("object").GetProperty("metadata").TryGetProperty("deletionTimestamp", out _) is false)
                .Event.GetProperty("object").GetRawText();
        var uid = JsonSerializer.Deserialize<JsonElement>(source).GetProperty("metadata").GetProperty("uid").GetString()!;
        var index = new WorkloadIndex((_, _) => true);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < count; number++)
        {
            using var pod = JsonDocument.Parse(source.Replace(uid, $"00000000-0000-0000-0000-{number:d12}", StringComparison.Ordinal));
            index.Put("pods", PodReader.Read(pod.RootElement));
        }

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        TestContext.Out.WriteLine($"{each} bytes a pod");
        GC.KeepAlive(index);
        Assert.That(each, Is.InRange(100, 2048));
    }

    private static string[] Watches(params ImmutableArray<GuardPolicy> policies) =>
        [.. WatchPlan.For(policies, 20).Select(plan => $"{plan.Path.Path} {plan.Path.LabelSelector}")];

    private static async Task AnswerFromRecording(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        if (!context.Request.Query.ContainsKey("watch"))
        {
            await context.Response.WriteAsync("""{"metadata":{"resourceVersion":"2341"},"items":[]}""");
            return;
        }

        var plural = context.Request.Path.Value!.Split('/')[^1];
        foreach (var (at, _, recorded) in Recordings.Events("02a-deployment-create-update-undo").Where(one => one.Plural == plural
            && one.AtMs < 11_300))
        {
            await context.Response.WriteAsync(recorded.GetRawText() + "\n");
        }

        await context.Response.Body.FlushAsync();
        var aborted = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }
}
