using System.Text.Json;
using Guardrail.Kubernetes.Watching;

namespace Guardrail.Kubernetes.Tests.Watching;

[CancelAfter(30_000)]
public sealed class ResourceWatchTests
{
    private const string ServerError = """{"kind":"Status","status":"Failure","message":"etcdserver: leader changed","code":500}""";

    [Test]
    public async Task Lists_every_page_as_one_snapshot_and_watches_from_its_version()
    {
        await using var watch = await WatchHarness.StartAsync(server => server
            .ThenList("10", "next page", "a", "b").ThenList("10", null, "c")
            .ThenWatch(Ending.Never, ScriptedServer.Event("ADDED", "d", "11"), ScriptedServer.Event("DELETED", "a", "12")));
        Assert.That(WatchHarness.Items(await watch.NextAsync()), Is.EqualTo(new[] { "a@10", "b@10", "c@10" }));
        Assert.That(await watch.NextAsync(), Is.EqualTo(new ResourceChange<string>.Changed("d@11")));
        Assert.That(await watch.NextAsync(), Is.EqualTo(new ResourceChange<string>.Removed("a@12")));
        Assert.That(await watch.RequestAsync(), Is.EqualTo("/apis/apps/v1/namespaces/shop/things?labelSelector=tier=web&limit=2"));
        Assert.That(await watch.RequestAsync(), Is.EqualTo(
            "/apis/apps/v1/namespaces/shop/things?labelSelector=tier=web&limit=2&continue=next page"));
        Assert.That(await watch.RequestAsync(), Is.EqualTo(
            "/apis/apps/v1/namespaces/shop/things?labelSelector=tier=web&watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=10"));
    }

    [Test]
    public async Task Goes_on_from_the_version_of_the_last_event_or_bookmark()
    {
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null)
            .ThenWatch(Ending.Normally, ScriptedServer.Event("ADDED", "a", "11"))
                .ThenWatch(Ending.Normally, ScriptedServer.Event("BOOKMARK", "", "15")));
        await watch.NextAsync();
        await watch.NextAsync();
        await watch.RequestAsync();
        await watch.RequestAsync();
        Assert.That((await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(50))).Request, Does.EndWith("&resourceVersion=11"));
        Assert.That((await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(50))).Request, Does.EndWith("&resourceVersion=15"));
    }

    [Test]
    public async Task A_watch_that_ends_without_an_event_is_no_interruption_but_is_not_asked_again_at_once()
    {
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null)
            .ThenWatch(Ending.Normally).ThenWatch(Ending.Normally).ThenWatch(Ending.Never, ScriptedServer.Event("ADDED", "a", "11")));
        await watch.NextAsync();
        await watch.RequestAsync();
        await watch.RequestAsync();
        var first = await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(10));
        var second = await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(10));
        Assert.That(first.Request, Does.EndWith("&resourceVersion=10"));
        Assert.That(first.After, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(250)));
        Assert.That(second.After, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(500)));
        Assert.That(await watch.NextAsync(), Is.EqualTo(new ResourceChange<string>.Changed("a@11")));
    }

    [Test]
    [Category("Fault")]
    public async Task Lists_again_when_the_stream_reports_410()
    {
        var gone = Recordings.Read("04c-watch-start-errors").First(record => record.TryGetProperty("watch", out _))
            .GetProperty("events")[0].GetProperty("event");
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null, "a", "b")
            .ThenWatch(Ending.Normally, JsonSerializer.Serialize(gone)).ThenList("20", null, "b"));
        Assert.That(WatchHarness.Items(await watch.NextAsync()), Is.EqualTo(new[] { "a@10", "b@10" }));
        Assert.That(WatchHarness.Items(await watch.NextAsync()), Is.EqualTo(new[] { "b@20" }),
            "what was deleted during the gap is missing");
    }

    [Test]
    [Category("Fault")]
    public async Task Lists_again_when_the_watch_is_answered_410()
    {
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null, "a")
            .ThenStatus(410, """{"kind":"Status","status":"Failure","message":"too old","reason":"Expired","code":410}""").ThenList("20", null, "b"));
        await watch.NextAsync();
        Assert.That(WatchHarness.Items(await watch.NextAsync()), Is.EqualTo(new[] { "b@20" }));
    }

    [Test]
    [Category("Fault")]
    public async Task Begins_the_list_again_when_its_pages_expire()
    {
        var expired = Recordings.Request("04e-continue-expired", record => record.GetProperty("status").GetInt32() == 410)
            .GetProperty("responseBody");
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", "t", "a", "b")
            .ThenStatus(410, JsonSerializer.Serialize(expired)).ThenList("20", null, "c"));
        Assert.That(WatchHarness.Items(await watch.NextAsync()), Is.EqualTo(new[] { "c@20" }));
    }

    [Test]
    [Category("Fault")]
    public async Task A_version_that_is_gone_every_time_is_not_listed_in_a_tight_loop()
    {
        var gone = """{"kind":"Status","message":"too old","reason":"Expired","code":410}""";
        await using var watch = await WatchHarness.StartAsync(server => server
            .ThenList("1", null).ThenStatus(410, gone).ThenList("2", null).ThenStatus(410, gone).ThenList("3", null));
        await watch.NextAsync();
        await watch.NextAsync();
        foreach (var _ in Enumerable.Range(0, 4))
        {
            await watch.RequestAsync();
        }

        Assert.That((await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(10)))
            .After, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(250)));
    }

    [Test]
    [Category("Fault")]
    public async Task After_a_500_it_says_so_pauses_longer_each_time_and_resumes_without_a_list()
    {
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null)
            .ThenStatus(500, ServerError).ThenStatus(500, ServerError).ThenStatus(500, ServerError)
            .ThenWatch(Ending.Never, ScriptedServer.Event("ADDED", "a", "11")));
        await watch.NextAsync();
        await watch.RequestAsync();
        Assert.That(
            await watch.NextAsync(),
            Is.InstanceOf<ResourceChange<string>.Interrupted>().With.Property("Reason").Contains("things.apps in namespace shop")
                .And.Property("Reason").Contains("500"));
        await watch.RequestAsync();
        var pauses = new List<TimeSpan>();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            pauses.Add((await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(10))).After);
            await watch.NextAsync();
        }

        var last = await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(10));
        Assert.That(pauses[0], Is.InRange(TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(2)));
        Assert.That(pauses[1], Is.InRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3)));
        Assert.That(last.After, Is.InRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
        Assert.That(last.Request, Does.EndWith("&resourceVersion=10"));
        Assert.That(await watch.NextAsync(), Is.InstanceOf<ResourceChange<string>.Resumed>());
        Assert.That(await watch.NextAsync(), Is.EqualTo(new ResourceChange<string>.Changed("a@11")));
    }

    [Test]
    [Category("Fault")]
    public async Task Waits_as_long_as_a_429_asks()
    {
        var busy = Recordings.Request("03-errors", record => record.GetProperty("status").GetInt32() == 429
            && record.GetProperty("path").GetString()!.Contains("watch=true", StringComparison.Ordinal));
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null)
            .ThenStatus(429, busy.GetProperty("responseBody").GetString()!, "text/plain; charset=utf-8", retryAfter: "7")
                .ThenWatch(Ending.Never));
        await watch.NextAsync();
        await watch.NextAsync();
        await watch.RequestAsync();
        await watch.RequestAsync();
        var next = await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(100));
        Assert.That(next.After, Is.InRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(15)));
    }

    [TestCase(Ending.Reset)]
    [TestCase(Ending.WithinTheLastLine)]
    [Category("Fault")]
    public async Task A_stream_that_breaks_is_an_interruption_and_goes_on_from_the_last_whole_event(object ending)
    {
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null)
            .ThenWatch((Ending)ending, [ScriptedServer.Event("ADDED", "a", "11"), .. (Ending)ending == Ending.Reset ? (string[])[]
                : ["{\"type\":\"ADDED\",\"object\":{\"meta"]])
            .ThenWatch(Ending.Never, ScriptedServer.Event("ADDED", "b", "12")));
        await watch.NextAsync();
        await watch.RequestAsync();
        await watch.RequestAsync();
        var message = await watch.NextAsync();
        // A reset may overtake what was sent before it.
        var (version, interruption) = message is ResourceChange<string>.Changed ? ("11", await watch.NextAsync()) : ("10", message);
        Assert.That(interruption, Is.InstanceOf<ResourceChange<string>.Interrupted>());
        Assert.That((await watch.RequestInTimeAsync(TimeSpan.FromMilliseconds(50))).Request, Does.EndWith("&resourceVersion=" + version));
        Assert.That(await watch.NextAsync(), Is.InstanceOf<ResourceChange<string>.Resumed>());
        Assert.That(await watch.NextAsync(), Is.EqualTo(new ResourceChange<string>.Changed("b@12")));
    }

    [Test]
    [Category("Fault")]
    public async Task A_dead_connection_is_given_up_at_the_session_limit_and_not_before()
    {
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null)
            .ThenWatch(Ending.Never, ScriptedServer.Event("ADDED", "a", "11")).ThenWatch(Ending.Never));
        await watch.NextAsync();
        await watch.NextAsync();
        var start = watch.Clock.GetUtcNow();
        Assert.That(await watch.NextInTimeAsync(TimeSpan.FromSeconds(5)), Is.InstanceOf<ResourceChange<string>.Interrupted>());
        Assert.That(watch.Clock.GetUtcNow() - start, Is.InRange(TimeSpan.FromSeconds(330), TimeSpan.FromSeconds(345)));
        Assert.That(await watch.NextAsync(), Is.InstanceOf<ResourceChange<string>.Resumed>(), "it connects again at once");
    }

    [Test]
    [Category("Fault")]
    public async Task A_list_that_is_never_answered_is_given_up_after_a_minute()
    {
        await using var watch = await WatchHarness.StartAsync(_ => { });
        Assert.That(await watch.NextInTimeAsync(TimeSpan.FromSeconds(2)), Is.InstanceOf<ResourceChange<string>.Interrupted>()
            .With.Property("Reason")
                .EqualTo("The watch of things.apps in namespace shop was interrupted. The API server did not answer within 60 s."));
    }

    [Test]
    [Category("Fault")]
    public async Task An_event_that_cannot_be_read_leads_to_a_new_list()
    {
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null)
            .ThenWatch(Ending.Never, "{\"type\":\"ADDED\",\"object\":").ThenList("11", null, "a"));
        await watch.NextAsync();
        Assert.That(await watch.NextAsync(), Is.InstanceOf<ResourceChange<string>.Interrupted>());
        Assert.That(WatchHarness.Items(await watch.NextInTimeAsync(TimeSpan.FromMilliseconds(50))), Is.EqualTo(new[] { "a@11" }));
    }

    [Test]
    [Category("Fault")]
    public async Task A_missing_right_prints_the_role_to_apply()
    {
        var refused = Recordings.Request("03-errors", record => record.GetProperty("status").GetInt32() == 403
            && record.GetProperty("path").GetString()!.Contains("watch=true", StringComparison.Ordinal)).GetProperty("responseBody");
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null)
            .ThenStatus(403, JsonSerializer.Serialize(refused)));
        await watch.NextAsync();
        var interruption = (ResourceChange<string>.Interrupted)await watch.NextAsync();
        Assert.That(interruption.IsPermanent, Is.True);
        Assert.That(interruption.Reason, Does.StartWith("The API server refused the request: deployments.apps is forbidden"));
        Assert.That(interruption.Reason, Does.EndWith("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata:
              name: guardrail
              namespace: shop
            rules:
            - apiGroups: ["apps"]
              resources: ["things"]
              verbs: ["get", "list", "watch"]

            """));
    }

    [Test]
    public async Task Asks_nothing_while_nothing_changes()
    {
        await using var watch = await WatchHarness.StartAsync(server => server.ThenList("10", null).ThenWatch(Ending.Never));
        await watch.NextAsync();
        await watch.RequestAsync();
        await watch.RequestAsync();
        watch.Clock.Advance(TimeSpan.FromSeconds(300));
        Assert.That(watch.Server.Waiting, Is.Zero);
    }
}
