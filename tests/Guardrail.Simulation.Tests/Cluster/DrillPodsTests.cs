using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Connection;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Pods;
using k8s;
using RefusedException = Guardrail.Kubernetes.Connection.ApiException;

namespace Guardrail.Simulation.Tests.Cluster;

/// <summary>A Deployment of drill pods, told what to be through the API server. Each pod needs a loopback address of its own.</summary>
[Platform("Linux")]
[CancelAfter(60_000)]
internal sealed class DrillPodsTests
{
    private const string Ns = "drill";
    private const string Token = "secret";
    private EmbeddedCluster cluster = null!;
    private KubernetesConnection connection = null!;

    [SetUp]
    public async Task Start()
    {
        cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { RunsDrillPods = true });
        cluster.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Ns } });
        connection = KubernetesConnection.Create(new KubernetesClientConfiguration { Host = cluster.ApiUri.AbsoluteUri }, "the test");
    }

    [TearDown]
    public async Task Stop()
    {
        connection.Dispose();
        await cluster.DisposeAsync();
    }

    [Test]
    public async Task They_become_ready_when_their_orders_say_so_and_no_sooner(CancellationToken cancellationToken)
    {
        Deploy(2);
        await cluster.WaitUntilAsync(() => Pods().Length == 2 && Pods().All(IsRunning), cancellationToken);
        Assert.That(Pods().Select(p => (string)p["status"]!["podIP"]!).Distinct().Count(), Is.EqualTo(2));
        Assert.That(Pods().Any(IsReady), Is.False);

        await OrderAllAsync(new DrillOrders { Ready = true, Metrics = "orders_total 7\n" }, cancellationToken);
        await cluster.WaitForRolloutAsync(Ns, "checkout", cancellationToken);

        var pod = Pods()[0];
        using var http = new HttpClient();
        Assert.That(
            await http.GetStringAsync(new Uri($"http://{pod["status"]!["podIP"]}:8080/metrics"), cancellationToken), Is.EqualTo("orders_total 7\n"));

        await OrderAsync(Name(pod), new DrillOrders { Ready = false }, cancellationToken);
        await cluster.WaitUntilAsync(() => Pods().Count(IsReady) == 1, cancellationToken);
    }

    [Test]
    public async Task They_crash_on_order_and_are_restarted_without_orders([Values] DrillExit exit, CancellationToken cancellationToken)
    {
        Deploy(1);
        await cluster.WaitUntilAsync(() => Pods().Any(IsRunning), cancellationToken);
        var (name, address) = (Name(Pods()[0]), (string?)Pods()[0]["status"]!["podIP"]);
        await OrderAsync(name, new DrillOrders { Ready = true }, cancellationToken);
        await cluster.WaitUntilAsync(() => IsReady(Pods()[0]), cancellationToken);

        await OrderAsync(name, new DrillOrders { Ready = true, Exit = exit }, cancellationToken);
        await cluster.WaitUntilAsync(() => (int?)Container()["restartCount"] == 1 && IsRunning(Pods()[0]), cancellationToken);

        var end = Container()["lastState"]!["terminated"]!;
        Assert.That(
            ((int?)end["exitCode"], (string?)end["reason"]), Is.EqualTo(exit == DrillExit.Crash ? (1, "Error") : (137, "OOMKilled")));
        Assert.That((Name(Pods()[0]), (string?)Pods()[0]["status"]!["podIP"]), Is.EqualTo((name, address)));
        Assert.That(IsReady(Pods()[0]), Is.False, "what the old process was told is lost");

        await OrderAsync(name, new DrillOrders { Ready = true }, cancellationToken);
        await cluster.WaitUntilAsync(() => IsReady(Pods()[0]), cancellationToken);
    }

    [Test]
    public async Task A_crash_from_outside_restarts_them_too(CancellationToken cancellationToken)
    {
        Deploy(1);
        await cluster.WaitUntilAsync(() => Pods().Any(IsRunning), cancellationToken);
        var name = Name(Pods()[0]);
        await OrderAsync(name, new DrillOrders { Ready = true }, cancellationToken);
        await cluster.WaitUntilAsync(() => IsReady(Pods()[0]), cancellationToken);

        Assert.That(await cluster.CrashPodAsync(Ns, name), Is.True);
        await cluster.WaitUntilAsync(() => (int?)Container()["restartCount"] == 1 && IsRunning(Pods()[0]), cancellationToken);

        await OrderAsync(name, new DrillOrders { Ready = true }, cancellationToken);
        await cluster.WaitUntilAsync(() => IsReady(Pods()[0]), cancellationToken);
    }

    [Test]
    public async Task A_deleted_one_serves_no_longer(CancellationToken cancellationToken)
    {
        Deploy(1);
        await cluster.WaitUntilAsync(() => Pods().Any(IsRunning), cancellationToken);
        var pod = Pods()[0];
        await OrderAsync(Name(pod), new DrillOrders { Ready = true }, cancellationToken);

        cluster.RestartPod(Ns, Name(pod));
        await cluster.WaitUntilAsync(() => Pods().Length == 1 && Name(Pods()[0]) != Name(pod) && IsRunning(Pods()[0]), cancellationToken);

        using var http = new HttpClient();
        while (await AnswersAsync(http, new Uri($"http://{pod["status"]!["podIP"]}:8080/"), cancellationToken))
        {
            await Task.Yield();
        }
    }

    [Test]
    public async Task Orders_without_the_token_are_refused_by_the_pod_itself(CancellationToken cancellationToken)
    {
        Deploy(1);
        await cluster.WaitUntilAsync(() => Pods().Any(IsRunning), cancellationToken);

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => OrderAsync(Name(Pods()[0]), new DrillOrders { Ready = true }, cancellationToken, "another"));

        Assert.That(refused!.Code, Is.EqualTo(403));
        Assert.That(refused.Message, Does.Contain("X-Guardrail-Drill"));
        Assert.That(refused.IsMissingPermission, Is.False);
    }

    [Test]
    public async Task Without_a_token_they_crash_again_and_again(CancellationToken cancellationToken)
    {
        Deploy(1, token: new JsonObject { ["name"] = DrillPodOptions.TokenVariable });

        await cluster.WaitUntilAsync(
            () => Pods().Any(p => (string?)p["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"] == "CrashLoopBackOff"), cancellationToken);
    }

    [Test]
    public async Task The_token_may_come_from_a_secret(CancellationToken cancellationToken)
    {
        cluster.Store.Create(ResourceTypes.Secrets, Ns, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "guardrail-drill" },
            ["data"] = new JsonObject { ["token"] = Convert.ToBase64String("secret"u8) },
        });
        Deploy(1, token: new JsonObject
        {
            ["name"] = DrillPodOptions.TokenVariable,
            ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = "guardrail-drill", ["key"] = "token" } },
        });
        await cluster.WaitUntilAsync(() => Pods().Any(IsRunning), cancellationToken);

        await OrderAsync(Name(Pods()[0]), new DrillOrders { Ready = true }, cancellationToken);

        await cluster.WaitForRolloutAsync(Ns, "checkout", cancellationToken);
    }

    private static string Name(JsonObject pod) => (string)pod["metadata"]!["name"]!;

    private static bool IsRunning(JsonObject pod) => pod["status"]?["containerStatuses"]?[0]?["state"]?["running"] is not null;

    private static bool IsReady(JsonObject pod) => (bool?)pod["status"]?["containerStatuses"]?[0]?["ready"] == true;

    private static async Task<bool> AnswersAsync(HttpClient http, Uri uri, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(uri, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private JsonNode Container() => Pods()[0]["status"]!["containerStatuses"]![0]!;

    private JsonObject[] Pods() => [.. cluster.Store.List(ResourceTypes.Pods, Ns).Items];

    private async Task OrderAllAsync(DrillOrders orders, CancellationToken cancellationToken)
    {
        foreach (var pod in Pods())
        {
            await OrderAsync(Name(pod), orders, cancellationToken);
        }
    }

    /// <summary>Orders a pod through the API server, again while its server begins.</summary>
    private async Task OrderAsync(string pod, DrillOrders orders, CancellationToken cancellationToken, string token = Token)
    {
        while (true)
        {
            using var content = new ByteArrayContent(orders.ToUtf8());
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            content.Headers.Add(DrillOrders.TokenHeader, token);
            try
            {
                using var answer = await connection.Api.OpenAsync(
                    HttpMethod.Put, $"api/v1/namespaces/{Ns}/pods/{pod}:8080/proxy{DrillOrders.Path}", content, cancellationToken);
                Assert.That((int)answer.StatusCode, Is.EqualTo(204));
                return;
            }
            catch (RefusedException fault) when (fault.Code == 503)
            {
                await Task.Yield();
            }
        }
    }

    private void Deploy(int replicas, JsonObject? token = null) =>
        cluster.Store.Create(ResourceTypes.Deployments, Ns, JsonNode.Parse($$$"""
            {
              "metadata": {"name": "checkout"},
              "spec": {
                "replicas": {{{replicas}}},
                "selector": {"matchLabels": {"app": "checkout"}},
                "template": {
                  "metadata": {"labels": {"app": "checkout"}},
                  "spec": {"containers": [{
                    "name": "checkout",
                    "image": "guardrail:test",
                    "args": ["drill-pod", "--service", "checkout", "--revision=v1"],
                    "env": [{{{token?.ToJsonString(JsonSerializerOptions.Default) ?? $$"""{"name": "{{DrillPodOptions.TokenVariable}}", "value": "{{Token}}"}"""}}}],
                    "ports": [{"name": "http", "containerPort": 8080}],
                    "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}, "periodSeconds": 1, "failureThreshold": 1}
                  }]}
                }
              }
            }
            """)!.AsObject());
}
