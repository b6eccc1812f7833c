using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Acting;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Watching;
using Guardrail.Kubernetes.Workloads;

namespace Guardrail.Kubernetes.Tests.Live;

/// <summary>A namespace of its own on a real control plane, whose pods this process makes ready; everything goes with it.</summary>
internal sealed class LiveSpace : IAsyncDisposable
{
    private readonly LivePods pods;

    private LiveSpace(KubernetesConnection connection, string name)
    {
        (Connection, Name) = (connection, name);
        pods = new LivePods(connection.Api, name);
    }

    public static string Kubeconfig => Environment.GetEnvironmentVariable("GUARDRAIL_TEST_KUBECONFIG")
        ?? throw new InvalidOperationException("Set GUARDRAIL_TEST_KUBECONFIG to the kubeconfig of a cluster.");

    public string Name { get; }

    public KubernetesConnection Connection { get; }

    public ApiClient Api => Connection.Api;

    public KubernetesActuator Actuator => ActuatorOf(Connection);

    public static async Task<LiveSpace> StartAsync()
    {
        var connection = KubernetesConnection.Create(Kubeconfig, null);
        await TestContext.Out.WriteLineAsync(await connection.ProbeAsync(TimeProvider.System, CancellationToken.None));
        var space = new LiveSpace(connection, "guardrail-" + Guid.NewGuid().ToString("n")[..8]);
        await space.PostAsync("api/v1/namespaces", $$"""{"metadata":{"name":"{{space.Name}}"} }""");
        await space.pods.StartAsync();
        return space;
    }

    public static KubernetesActuator ActuatorOf(KubernetesConnection connection) =>
        new(connection.Api, new ActuatorOptions { TimeProvider = TimeProvider.System, Instance = "test" });

    public static FeedOptions FeedOptions() =>
        new() { Watch = new WatchOptions { TimeProvider = TimeProvider.System, LongestPause = TimeSpan.FromSeconds(1) } };

    /// <summary>A policy for what is labelled <c>tier: web</c> here.</summary>
    public GuardPolicy Policy(WorkloadKind kind = WorkloadKind.Deployment) => new()
    {
        Name = "web",
        Namespace = Name,
        Kinds = [kind],
        Selector = new LabelSelector { Requirements = [new LabelRequirement("tier", LabelOperator.In, ["web"])] },
    };

    public FeedProbe Feed(WorkloadKind kind = WorkloadKind.Deployment) => new(new KubernetesWorkloadFeed(Api, [Policy(kind)], FeedOptions()));

    /// <summary>Makes the workload <c>web</c> of a kind, of three pods.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="container">More of its container, such as <c>"envFrom":[…]</c>.</param>
    public async Task MakeWorkloadAsync(WorkloadKind kind, string? container = null)
    {
        var body = JsonNode.Parse($$"""
            {"metadata":{"name":"web","labels":{"tier":"web"} },"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"} },
             "template":{"metadata":{"labels":{"app":"web"} },"spec":{"automountServiceAccountToken":false,"terminationGracePeriodSeconds":0,
              "volumes":[{"name":"v","emptyDir":{} }],"tolerations":[{"operator":"Exists"}],
              "containers":[{"name":"web","image":"registry.invalid/web:1","ports":[{"name":"metrics","containerPort":9090}]{{(container is null ? "" : "," + container)}} }]} } } }
            """)!;
        if (kind == WorkloadKind.DaemonSet)
        {
            body["spec"]!.AsObject().Remove("replicas");
            body["spec"]!["template"]!["spec"]!["nodeSelector"] = new JsonObject { [LivePods.NodeLabel] = Name };
        }

        await PostAsync($"apis/apps/v1/namespaces/{Name}/{kind.ToString().ToLowerInvariant()}s", body.ToJsonString());
    }

    /// <summary>Releases another image; one tagged broken never becomes ready.</summary>
    public Task SetImageAsync(string tag, WorkloadKind kind = WorkloadKind.Deployment) => PatchAsync(
        $"apis/apps/v1/namespaces/{Name}/{kind.ToString().ToLowerInvariant()}s/web",
        """{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"registry.invalid/web:TAG"}]}}}}""".Replace("TAG", tag, StringComparison.Ordinal),
        "application/strategic-merge-patch+json");

    public async Task<JsonObject> GetAsync(string path)
    {
        using var found = await Api.SendAsync(HttpMethod.Get, path, null, default);
        return JsonNode.Parse(found.RootElement.GetRawText())!.AsObject();
    }

    public async Task<JsonDocument> PostAsync(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        return await Api.SendAsync(HttpMethod.Post, path, content, default);
    }

    public async Task PatchAsync(string path, string patch, string type = "application/merge-patch+json")
    {
        using var content = new StringContent(patch, Encoding.UTF8, type);
        using var patched = await Api.SendAsync(HttpMethod.Patch, path, content, default);
    }

    public async ValueTask DisposeAsync()
    {
        await pods.DisposeAsync();
        using (await Api.SendAsync(HttpMethod.Delete, $"api/v1/namespaces/{Name}", null, default))
        {
        }

        Connection.Dispose();
    }
}
