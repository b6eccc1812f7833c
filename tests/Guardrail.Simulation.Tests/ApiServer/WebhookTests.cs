using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Admission;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>Validating webhooks are asked and obeyed as by the recorded server.</summary>
public sealed class WebhookTests
{
    /// <summary>Lines of recording 08c whose webhook answers and whose client gets an answer that can be compared.</summary>
    private static readonly int[] Comparable = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 27, 28, 31, 32, 33, 38, 39, 40, 41, 42, 43, 44, 45, 46];

    [Test]
    public async Task Clients_get_for_each_answer_of_a_webhook_what_they_got_in_the_recording()
    {
        var lines = Recordings.Read("08c-webhook-answers");
        await using var bench = await Bench.StartAsync();
        var different = new List<string>();
        foreach (var number in Comparable)
        {
            var line = lines[number];
            bench.Webhook.Answer = review => Recorded(line["admissionReviews"]![0]!["response"]!.AsObject(), review);
            var (status, body, warnings) = await bench.SendAsync(HttpMethod.Post, "api/v1/namespaces/demo/configmaps", line["requestBody"]!.ToJsonString());
            var wanted = line["responseBody"]!;
            var expected = ((int)line["status"]!, Message(wanted), (string?)wanted["reason"], Uids(wanted["details"]?.ToJsonString()));
            var got = (status, Message(body), (string?)body["reason"], Uids(body["details"]?.ToJsonString()));
            if (status == 201)
            {
                (expected, got) = ((201, null, null, null), (201, null, null, null));
                bench.Server.Store.Delete(ResourceTypes.ConfigMaps, "demo", (string)body["metadata"]!["name"]!);
            }

            var recordedWarnings = line["responseHeaders"]!["warning"] is JsonArray many ? many.Count : line["responseHeaders"]!["warning"] is null ? 0 : 1;
            if (expected != got || warnings != recordedWarnings)
            {
                different.Add($"{number} ({(string?)line["note"]}): expected {expected} and {recordedWarnings} warnings, got {got} and {warnings}");
            }
        }

        Assert.That(different, Is.Empty, string.Join('\n', different));
    }

    [Test]
    public async Task The_question_has_the_fields_of_the_recorded_one_in_their_order()
    {
        var lines = Recordings.Read("08a-admission-reviews");
        await using var bench = await Bench.StartAsync();
        var recorded = lines.First(l => ((string?)l["note"])?.StartsWith("fieldManager and fieldValidation", StringComparison.Ordinal) == true);
        var expected = recorded["admissionReviews"]![0]!["review"]!["request"]!.AsObject();
        bench.Server.Store.Create(ResourceTypes.Deployments, "demo", Samples.Deployment("web"));

        await bench.SendAsync(
            HttpMethod.Patch, "apis/apps/v1/namespaces/demo/deployments/web?fieldManager=argo&fieldValidation=Strict", """{"metadata":{"labels":{"a":"b"}}}""");

        var asked = bench.Webhook.Asked.Single()["request"]!.AsObject();
        Assert.That(asked.Select(p => p.Key), Is.EqualTo(expected.Select(p => p.Key)));
        foreach (var key in new[] { "kind", "resource", "requestKind", "requestResource", "operation", "dryRun", "options" })
        {
            Assert.That(asked[key]!.ToJsonString(), Is.EqualTo(expected[key]!.ToJsonString()), key);
        }

        Assert.That((string?)asked["object"]!["metadata"]!["labels"]!["a"], Is.EqualTo("b"));
        Assert.That((string?)asked["oldObject"]!["metadata"]!["labels"]?["a"], Is.Null);
        Assert.That((string?)asked["userInfo"]!["username"], Is.EqualTo("admin"));
    }

    [Test]
    public async Task Scale_is_asked_about_as_a_Scale_and_only_by_a_rule_of_its_own()
    {
        await using var bench = await Bench.StartAsync();
        bench.Server.Store.Create(ResourceTypes.Deployments, "demo", Samples.Deployment("web"));
        await bench.SendAsync(HttpMethod.Patch, "apis/apps/v1/namespaces/demo/deployments/web/scale", """{"spec":{"replicas":0}}""");
        Assert.That(bench.Webhook.Asked, Is.Empty);

        bench.Server.Store.Modify(ResourceTypes.ValidatingWebhookConfigurations, null, "demo", c =>
        {
            c["webhooks"]![0]!["rules"]![0]!["resources"]!.AsArray().Add("deployments/scale");
            return true;
        });
        await bench.SendAsync(HttpMethod.Patch, "apis/apps/v1/namespaces/demo/deployments/web/scale", """{"spec":{"replicas":3}}""");
        var asked = bench.Webhook.Asked.Single()["request"]!;
        Assert.That((string?)asked["kind"]!["kind"], Is.EqualTo("Scale"));
        Assert.That((string?)asked["subResource"], Is.EqualTo("scale"));
        Assert.That((int?)asked["object"]!["spec"]!["replicas"], Is.EqualTo(3));
        Assert.That(asked["oldObject"]!["spec"]!.ToJsonString(), Is.EqualTo("{}"));
    }

    [Test]
    public async Task A_denied_delete_deletes_nothing_and_of_a_collection_each_object_is_asked_about()
    {
        await using var bench = await Bench.StartAsync();
        foreach (var name in new[] { "a", "b" })
        {
            await bench.SendAsync(HttpMethod.Post, "api/v1/namespaces/demo/configmaps", $$"""{"metadata":{"name":"{{name}}"} }""");
        }

        bench.Webhook.Asked.Clear();
        bench.Webhook.Answer = Denied;
        Assert.That((await bench.SendAsync(HttpMethod.Delete, "api/v1/namespaces/demo/configmaps/a", "")).Status, Is.EqualTo(403));
        Assert.That(bench.Server.Store.TryGet(ResourceTypes.ConfigMaps, "demo", "a", out _));
        Assert.That(bench.Webhook.Asked.Single()["request"]!["object"], Is.Null);

        bench.Webhook.Asked.Clear();
        bench.Webhook.Answer = review => (string?)review["request"]!["oldObject"]!["metadata"]!["name"] == "b" ? Denied(review) : Allowed(review);
        Assert.That((await bench.SendAsync(HttpMethod.Delete, "api/v1/namespaces/demo/configmaps", "")).Status, Is.EqualTo(403));
        Assert.That(bench.Webhook.Asked.Select(r => r["request"]!["name"]), Is.All.Null.And.Exactly(2).Items);
    }

    [Test]
    public async Task Only_what_the_selectors_select_is_asked_about_whether_before_or_after_the_write()
    {
        await using var bench = await Bench.StartAsync(webhook => webhook["objectSelector"] = JsonNode.Parse("""{"matchLabels":{"guard":"x"}}"""));
        await bench.SendAsync(HttpMethod.Post, "api/v1/namespaces/demo/configmaps", """{"metadata":{"name":"plain"}}""");
        Assert.That(bench.Webhook.Asked, Is.Empty);

        await bench.SendAsync(HttpMethod.Post, "api/v1/namespaces/demo/configmaps", """{"metadata":{"name":"c","labels":{"guard":"x"}}}""");
        await bench.SendAsync(HttpMethod.Patch, "api/v1/namespaces/demo/configmaps/c", """{"metadata":{"labels":{"guard":null}}}""");
        Assert.That(bench.Webhook.Asked.Select(r => (string?)r["request"]!["operation"]), Is.EqualTo(new[] { "CREATE", "UPDATE" }), "taking the label away does not get round it");
    }

    [Test]
    [Category("Fault")]
    public async Task A_webhook_that_does_not_answer_stops_writes_or_not_as_its_failurePolicy_says([Values("Fail", "Ignore")] string policy)
    {
        await using var bench = await Bench.StartAsync(webhook => (webhook["failurePolicy"], webhook["timeoutSeconds"]) = (policy, 1));
        bench.Webhook.Answer = _ => null;
        var (status, body, _) = await bench.SendAsync(HttpMethod.Post, "api/v1/namespaces/demo/configmaps", """{"metadata":{"name":"c"}}""");

        Assert.That(status, Is.EqualTo(policy == "Fail" ? 500 : 201));
        Assert.That((string?)body["message"], policy == "Fail" ? Does.EndWith("/v?timeout=1s\": context deadline exceeded") : Is.Null);
    }

    [Test]
    [Category("Fault")]
    public async Task A_webhook_of_another_authority_or_name_is_not_trusted()
    {
        await using var other = await ScriptedWebhook.StartAsync();
        await using var bench = await Bench.StartAsync(webhook => webhook["clientConfig"]!["caBundle"] = other.CaBundle);
        var (status, body, _) = await bench.SendAsync(HttpMethod.Post, "api/v1/namespaces/demo/configmaps", """{"metadata":{"name":"c"}}""");
        Assert.That(status, Is.EqualTo(500));
        Assert.That((string?)body["message"], Does.Contain("certificate signed by unknown authority"));
    }

    [Test]
    [Category("Fault")]
    public async Task A_write_on_what_has_changed_while_the_webhook_was_asked_is_asked_about_anew()
    {
        await using var bench = await Bench.StartAsync();
        await bench.SendAsync(HttpMethod.Post, "api/v1/namespaces/demo/configmaps", """{"metadata":{"name":"c"}}""");
        bench.Webhook.Asked.Clear();
        bench.Webhook.Answer = review =>
        {
            if (bench.Webhook.Asked.Count == 1)
            {
                // With nothing locked meanwhile, somebody else is faster.
                bench.Server.Store.Modify(ResourceTypes.ConfigMaps, "demo", "c", c => (c["data"] = new JsonObject { ["other"] = "1" }) is not null);
            }

            return Allowed(review);
        };
        var (status, body, _) = await bench.SendAsync(HttpMethod.Patch, "api/v1/namespaces/demo/configmaps/c", """{"data":{"mine":"2"}}""");

        Assert.That(status, Is.EqualTo(200));
        Assert.That(bench.Webhook.Asked, Has.Count.EqualTo(2));
        Assert.That(body["data"]!.ToJsonString(), Is.EqualTo("""{"other":"1","mine":"2"}"""));
    }

    [Test]
    public async Task A_configuration_gets_the_recorded_defaults_and_complaints()
    {
        var lines = Recordings.Read("08c-webhook-answers");
        await using var bench = await Bench.StartAsync();
        const string Path = "apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
        var (created, body, _) = await bench.SendAsync(HttpMethod.Post, Path, lines[1]["requestBody"]!.ToJsonString());
        Assert.That(created, Is.EqualTo(201));
        Assert.That(JsonNode.DeepEquals(body["webhooks"], lines[1]["responseBody"]!["webhooks"]), body["webhooks"]!.ToJsonString());
        foreach (var number in new[] { 66, 67 })
        {
            var (status, answer, _) = await bench.SendAsync(HttpMethod.Post, Path, lines[number]["requestBody"]!.ToJsonString());
            Assert.That((status, (string?)answer["message"]), Is.EqualTo((422, (string?)lines[number]["responseBody"]!["message"])));
        }
    }

    private static (int, string)? Allowed(JsonObject review) => (200, ScriptedWebhook.Response(review, new JsonObject { ["allowed"] = true }));

    private static (int, string)? Denied(JsonObject review) => (200, ScriptedWebhook.Response(
        review, new JsonObject { ["allowed"] = false, ["status"] = new JsonObject { ["code"] = 403, ["message"] = "protected" } }));

    private static (int, string)? Recorded(JsonObject answer, JsonObject review)
    {
        if (answer["httpStatus"] is { } status)
        {
            return ((int)status, (string)answer["body"]!);
        }

        var response = (JsonObject)answer["response"]!.DeepClone();
        if ((string?)response["uid"] == "wrong")
        {
            return (200, answer.ToJsonString());
        }

        return (200, ScriptedWebhook.Response(review, response));
    }

    /// <summary>Uids differ from run to run.</summary>
    private static string? Message(JsonNode body) => Uids((string?)body["message"]);

    private static string? Uids(string? text) => text is null ? null : System.Text.RegularExpressions.Regex.Replace(text, "[0-9a-f]{8}-[0-9a-f-]{27}", "UID");

    private sealed class Bench : IAsyncDisposable
    {
        private readonly HttpClient http;

        private Bench(EmbeddedApiServer server, ScriptedWebhook webhook) =>
            (Server, Webhook, http) = (server, webhook, new HttpClient { BaseAddress = server.Address });

        public EmbeddedApiServer Server { get; }

        public ScriptedWebhook Webhook { get; }

        public static async Task<Bench> StartAsync(Action<JsonObject>? change = null)
        {
            var store = new ObjectStore(TimeProvider.System, new Random(1));
            store.Create(ResourceTypes.Namespaces, null, Samples.Named("demo"));
            var webhook = await ScriptedWebhook.StartAsync();
            var entry = new JsonObject
            {
                ["name"] = "guard.example.com",
                ["clientConfig"] = new JsonObject { ["url"] = webhook.Url.ToString(), ["caBundle"] = webhook.CaBundle },
                ["rules"] = new JsonArray(new JsonObject
                {
                    ["operations"] = new JsonArray("*"),
                    ["apiGroups"] = new JsonArray("*"),
                    ["apiVersions"] = new JsonArray("v1"),
                    ["resources"] = new JsonArray("configmaps", "deployments"),
                }),
                ["sideEffects"] = "None",
                ["admissionReviewVersions"] = new JsonArray("v1"),
            };
            change?.Invoke(entry);
            store.Create(ResourceTypes.ValidatingWebhookConfigurations, null, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = "demo" },
                ["webhooks"] = new JsonArray(entry),
            });
            return new Bench(await EmbeddedApiServer.StartAsync(store), webhook);
        }

        public async Task<(int Status, JsonObject Body, int Warnings)> SendAsync(HttpMethod method, string path, string body)
        {
            using var message = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            if (body.Length > 0)
            {
                message.Content = new StringContent(body, Encoding.UTF8);
                message.Content.Headers.ContentType = new MediaTypeHeaderValue(
                    method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
            }

            using var answer = await http.SendAsync(message);
            var warnings = answer.Headers.TryGetValues("Warning", out var all) ? all.Count() : 0;
            return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject(), warnings);
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await Server.DisposeAsync();
            await Webhook.DisposeAsync();
        }
    }
}
