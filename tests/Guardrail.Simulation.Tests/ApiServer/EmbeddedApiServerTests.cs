using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Simulation.Tests.ApiServer;

public sealed class EmbeddedApiServerTests
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero));
    private EmbeddedApiServer server = null!;
    private HttpClient http = null!;
    private ApiAuthorizer authorizer = _ => true;

    [SetUp]
    public async Task Start()
    {
        authorizer = _ => true;
        server = await EmbeddedApiServer.StartAsync(
            new ObjectStore(time, new Random(1)), new EmbeddedApiServerOptions { Authorizer = call => authorizer(call) });
        http = new HttpClient { BaseAddress = server.Address };
        server.Store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
    }

    [TearDown]
    public async Task Stop()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [TestCase(typeof(FileNotFoundException), Description = "an assembly is missing")]
    [TestCase(typeof(NotSupportedException))]
    [TestCase(typeof(NullReferenceException))]
    public async Task A_fault_of_the_server_itself_is_answered_by_a_status_of_500(Type fault)
    {
        authorizer = _ => throw (Exception)Activator.CreateInstance(fault, "it is broken")!;
        using var answer = await http.GetAsync(new Uri(Deployments, UriKind.Relative));
        var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(((string?)status["kind"], (string?)status["reason"], (int?)status["code"]), Is.EqualTo(("Status", "InternalError", 500)));
        Assert.That((string?)status["message"], Is.EqualTo("Internal error occurred: it is broken"));
    }

    [Test]
    public async Task A_watch_from_a_forgotten_version_tells_410_in_its_stream()
    {
        server.Store.Compact();
        var text = await http.GetStringAsync(new Uri(Deployments + "?watch=true&resourceVersion=1", UriKind.Relative));
        var line = JsonNode.Parse(text)!;
        Assert.That((string?)line["type"], Is.EqualTo("ERROR"));
        Assert.That((int?)line["object"]!["code"], Is.EqualTo(410));
    }

    [Test]
    public async Task A_watch_list_ends_its_start_with_a_bookmark_and_then_tells_changes()
    {
        using var stream = new StreamReader(await http.GetStreamAsync(new Uri(
            Deployments + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
            UriKind.Relative)));
        var first = JsonNode.Parse((await stream.ReadLineAsync())!)!;
        var second = JsonNode.Parse((await stream.ReadLineAsync())!)!;
        server.Store.Modify(ResourceTypes.Deployments, "default", "web", d => Samples.Annotate(d, "a", "1"));
        var third = JsonNode.Parse((await stream.ReadLineAsync())!)!;
        Assert.That(new[] { first, second, third }.Select(l => (string?)l["type"]), Is.EqualTo(new[] { "ADDED", "BOOKMARK", "MODIFIED" }));
        Assert.That((string?)second["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"], Is.EqualTo("true"));
    }

    [Test]
    public async Task A_watch_ends_at_its_timeout_after_a_last_bookmark()
    {
        using var stream = new StreamReader(await http.GetStreamAsync(new Uri(
            Deployments + "?watch=true&resourceVersion=" + server.Store.Version + "&allowWatchBookmarks=true&timeoutSeconds=10",
            UriKind.Relative)));
        var reading = stream.ReadToEndAsync();
        for (var i = 0; i < 1000 && !reading.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
        }

        Assert.That(await reading, Does.Contain("BOOKMARK"));
    }

    [Test]
    public async Task A_refused_call_answers_a_real_403_and_is_counted()
    {
        authorizer = call => call.Verb != "patch";
        using var response = await PatchAsync("{\"spec\":{\"paused\":true}}");
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(
            (string?)status["message"],
            Is.EqualTo("deployments.apps \"web\" is forbidden: User \"admin\" cannot patch resource \"deployments\" in API group \"apps\" "
                + "in the namespace \"default\""));
        Assert.That(server.Counters.Denials, Is.EqualTo(1));
    }

    [Test]
    public async Task A_429_brings_its_Retry_After_once_and_then_the_request_passes()
    {
        server.Faults.Inject(c => c.Verb == "patch", new ApiFault.Answer(429, "", "Too many requests, please try again later.\n", 1), 1);
        using var first = await PatchAsync("{\"spec\":{\"paused\":true}}");
        using var second = await PatchAsync("{\"spec\":{\"paused\":true}}");
        Assert.That(((int)first.StatusCode, first.Headers.RetryAfter?.Delta), Is.EqualTo((429, TimeSpan.FromSeconds(1))));
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_reset_breaks_the_connection_before_or_after_the_write(bool after)
    {
        server.Faults.Inject(c => c.Verb == "patch", after ? new ApiFault.ResetAfter() : new ApiFault.ResetBefore(), 1);
        await Assert.ThrowsAsync<HttpRequestException>(async () => (await PatchAsync("{\"spec\":{\"paused\":true}}")).Dispose());
        var paused = server.Store.Get(ResourceTypes.Deployments, "default", "web")["spec"]!["paused"] is not null;
        Assert.That(paused, Is.EqualTo(after));
    }

    [Test]
    public async Task A_dropped_watch_breaks_without_an_end()
    {
        using var stream = new StreamReader(await http.GetStreamAsync(new Uri(Deployments + "?watch=true", UriKind.Relative)));
        await stream.ReadLineAsync();
        server.Faults.DropWatches();
        Assert.That(async () => await stream.ReadLineAsync(), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task Managed_fields_say_who_paused_and_who_changed_the_template()
    {
        using var paused = await PatchAsync("{\"spec\":{\"paused\":true}}", "?fieldManager=guardrail");
        using var rolled = await PatchAsync(
            "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"x\":\"1\"}}}}}", "?fieldManager=someone");
        var managed = server.Store.ManagedFields(ResourceTypes.Deployments, "default", "web");
        var byPause = managed.Single(m => m!["fieldsV1"]!["f:spec"]?["f:paused"] is not null);
        var byTemplate = managed.Single(
            m => m!["fieldsV1"]!["f:spec"]?["f:template"]?["f:metadata"]?["f:annotations"] is not null);
        Assert.That((string?)byPause!["manager"], Is.EqualTo("guardrail"));
        Assert.That((string?)byTemplate!["manager"], Is.EqualTo("someone"));
    }

    [Test]
    public async Task Dependents_of_a_deleted_owner_are_collected()
    {
        var owner = server.Store.Get(ResourceTypes.Deployments, "default", "web");
        var child = Samples.Named("child");
        child["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["name"] = "web",
            ["uid"] = (string?)owner["metadata"]!["uid"],
        });
        server.Store.Create(ResourceTypes.ConfigMaps, "default", child);
        using var response = await http.DeleteAsync(new Uri(Deployments + "/web", UriKind.Relative));
        Assert.That(server.Store.TryGet(ResourceTypes.ConfigMaps, "default", "child", out _), Is.False);
    }

    [Test]
    public async Task A_deleted_namespace_takes_its_content_with_it()
    {
        server.Store.Create(ResourceTypes.Namespaces, null, Samples.Named("shop"));
        server.Store.Create(ResourceTypes.Deployments, "shop", Samples.Deployment("web"));
        using var response = await http.DeleteAsync(new Uri("/api/v1/namespaces/shop", UriKind.Relative));
        Assert.That(server.Store.TryGet(ResourceTypes.Namespaces, null, "shop", out _), Is.False);
        Assert.That(server.Store.List(ResourceTypes.Deployments, "shop").Items, Is.Empty);
    }

    [Test]
    public async Task Requests_are_counted_by_verb_and_resource()
    {
        await http.GetStringAsync(new Uri(Deployments, UriKind.Relative));
        await http.GetStringAsync(new Uri(Deployments + "/web/scale", UriKind.Relative));
        Assert.That(server.Counters.Of("list", "deployments"), Is.EqualTo(1));
        Assert.That(server.Counters.Of("get", "deployments/scale"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_body_over_3_MiB_is_refused()
    {
        using var content = new StringContent(new string('x', (3 * 1024 * 1024) + 1), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(Deployments, UriKind.Relative), content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    private async Task<HttpResponseMessage> PatchAsync(string body, string query = "")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/merge-patch+json");
        return await http.PatchAsync(new Uri(Deployments + "/web" + query, UriKind.Relative), content);
    }
}
