using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Pods;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>What is below <c>pods/{name}/proxy</c> is answered by the pod.</summary>
[CancelAfter(30_000)]
internal sealed class PodProxyTests
{
    private const string Pods = "/api/v1/namespaces/default/pods/";
    private readonly List<ApiCall> calls = [];
    private EmbeddedApiServer server = null!;
    private SmallServer pod = null!;
    private HttpClient http = null!;
    private string heard = "";

    [SetUp]
    public async Task Start()
    {
        calls.Clear();
        heard = "";
        server = await EmbeddedApiServer.StartAsync(
            new ObjectStore(TimeProvider.System, new Random(1)),
            new EmbeddedApiServerOptions { Tokens = new Dictionary<string, string> { ["t"] = "ann" }, Authorizer = Allow });
        pod = await SmallServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), EchoAsync, CancellationToken.None);
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        Create("web-0", "127.0.0.1", pod.Address.Port);
        Create("pending", null, 8080);
    }

    [TearDown]
    public async Task Stop()
    {
        http.Dispose();
        await pod.DisposeAsync();
        await server.DisposeAsync();
    }

    [TestCase("GET", "get")]
    [TestCase("POST", "create")]
    [TestCase("PUT", "update")]
    [TestCase("PATCH", "patch")]
    [TestCase("DELETE", "delete")]
    public async Task A_request_reaches_the_pod_as_it_was_sent(string method, string verb)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{Pods}web-0:{pod.Address.Port}/proxy/a%20b/c?x=1%2F2&y=");
        request.Headers.Add("Authorization", "Bearer t");
        request.Headers.Add("X-Own", "yes");
        request.Content = method == "GET" ? null : new StringContent("orders", Encoding.UTF8, "text/x-own");

        using var answer = await http.SendAsync(request);

        var body = method == "GET" ? "type: body:" : "type:text/x-own; charset=utf-8 body:orders";
        Assert.That(answer.StatusCode, Is.EqualTo((HttpStatusCode)418), await answer.Content.ReadAsStringAsync());
        Assert.That(heard, Is.EqualTo($"{method} /a%20b/c?x=1%2F2&y= own:yes authorization: {body}"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("short and stout"));
        Assert.That(answer.Headers.GetValues("X-Pod"), Is.EqualTo(["web"]));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/x-pod"));
        Assert.That(calls.Single(), Is.EqualTo(new ApiCall("ann", verb, "", "pods", "proxy", "default", $"web-0:{pod.Address.Port}", "")));
    }

    [TestCase("web-0")]
    [TestCase("web-0:")]
    [TestCase("http:web-0:")]
    [TestCase(":web-0:")]
    public async Task Without_a_port_the_first_one_of_the_containers_is_meant(string name)
    {
        using var answer = await http.GetAsync(new Uri($"{Pods}{name}/proxy/ready/", UriKind.Relative));

        Assert.That(answer.StatusCode, Is.EqualTo((HttpStatusCode)418));
        Assert.That(heard, Does.StartWith("GET /ready/ "));
    }

    [Test]
    public async Task Without_a_path_a_reader_is_led_to_the_root()
    {
        using var led = await http.GetAsync(new Uri(Pods + "web-0/proxy?a=b", UriKind.Relative));
        Assert.That(((int)led.StatusCode, led.Headers.Location?.ToString()), Is.EqualTo((301, Pods + "web-0/proxy/?a=b")));

        using var put = await http.PutAsync(new Uri(Pods + "web-0/proxy", UriKind.Relative), null);
        Assert.That(heard, Does.StartWith("PUT / "));
    }

    [TestCase("gone:8080", 404, "NotFound", "pods \"gone\" not found")]
    [TestCase("pending:8080", 400, "BadRequest", "address not allowed")]
    [TestCase("ftp:web-0:80", 400, "BadRequest", "invalid pod request \"ftp:web-0:80\"")]
    [TestCase("a:b:c:d", 400, "BadRequest", "invalid pod request \"a:b:c:d\"")]
    [TestCase(":80", 400, "BadRequest", "invalid pod request \":80\"")]
    [TestCase("web-0:web", 503, "ServiceUnavailable", "error trying to reach service: dial tcp: lookup tcp/web: unknown port")]
    [TestCase("web-0:1", 503, "ServiceUnavailable", "error trying to reach service: dial tcp 127.0.0.1:1: connect: connection refused")]
    public async Task What_cannot_be_reached_is_a_status(string name, int code, string reason, string message)
    {
        using var answer = await http.GetAsync(new Uri($"{Pods}{name}/proxy/ready", UriKind.Relative));

        var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That((int)answer.StatusCode, Is.EqualTo(code));
        Assert.That(((string?)status["kind"], (string?)status["reason"], (string?)status["message"]), Is.EqualTo(("Status", reason, message)));
    }

    [Test]
    public async Task A_pod_that_breaks_off_is_a_status_too()
    {
        using var answer = await http.GetAsync(new Uri(Pods + "web-0/proxy/abort", UriKind.Relative));

        Assert.That((int)answer.StatusCode, Is.EqualTo(503));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("\"error trying to reach service: EOF\""));
    }

    [Test]
    public async Task Bodies_of_4_MiB_pass_and_no_larger_ones()
    {
        using var most = new ByteArrayContent(new byte[4 * 1024 * 1024]);
        using var more = new ByteArrayContent(new byte[(4 * 1024 * 1024) + 1]);

        using var passed = await http.PutAsync(new Uri(Pods + "web-0/proxy/", UriKind.Relative), most);
        using var refused = await http.PutAsync(new Uri(Pods + "web-0/proxy/", UriKind.Relative), more);

        Assert.That(((int)passed.StatusCode, (int)refused.StatusCode), Is.EqualTo((418, 413)));
    }

    [Test]
    public async Task It_is_listed_and_it_is_a_right_of_its_own()
    {
        var listed = JsonNode.Parse(await http.GetStringAsync(new Uri("/api/v1", UriKind.Relative)))!["resources"]!.AsArray();
        var proxy = listed.Single(r => (string?)r!["name"] == "pods/proxy")!;
        Assert.That(proxy["verbs"]!.AsArray().Select(v => (string)v!), Is.EquivalentTo(["create", "delete", "get", "patch", "update"]));

        using var request = new HttpRequestMessage(HttpMethod.Put, Pods + "web-0/proxy/orders");
        request.Headers.Add("Impersonate-User", "eve");
        using var refused = await http.SendAsync(request);
        Assert.That((int)refused.StatusCode, Is.EqualTo(403));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("cannot update resource \\\"pods/proxy\\\""));
        Assert.That(heard, Is.Empty);
    }

    private bool Allow(ApiCall call)
    {
        calls.Add(call);
        return call.User != "eve";
    }

    private async Task EchoAsync(HttpContext call)
    {
        if (call.Request.Path == "/abort")
        {
            call.Abort();
            return;
        }

        using var reader = new StreamReader(call.Request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = call.Request.Headers;
        heard = $"{call.Request.Method} {call.Request.Path.ToUriComponent()}{call.Request.QueryString} own:{headers["X-Own"]} "
            + $"authorization:{headers.Authorization} type:{headers.ContentType} body:{(body.Length > 100 ? "large" : body)}";
        call.Response.StatusCode = 418;
        call.Response.ContentType = "text/x-pod";
        call.Response.Headers["X-Pod"] = "web";
        await call.Response.WriteAsync("short and stout");
    }

    private void Create(string name, string? address, int port)
    {
        server.Store.Create(ResourceTypes.Pods, "default", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "web",
                    ["image"] = "web:1",
                    ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = port }),
                }),
            },
        });
        server.Store.Modify(ResourceTypes.Pods, "default", name, p =>
        {
            p["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = address };
            return true;
        }, "status");
    }
}
