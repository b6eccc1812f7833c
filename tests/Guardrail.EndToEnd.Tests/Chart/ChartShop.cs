using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Simulation.ApiServer;
using Guardrail.Testing.Programs;

namespace Guardrail.EndToEnd.Tests.Chart;

/// <summary>A shop, and what the chart renders for it: the executable runs with the rendered arguments and exactly the rendered rights.</summary>
internal sealed class ChartShop : IAsyncDisposable
{
    private const string DaemonToken = "daemon-token";
    private const string JobToken = "job-token";
    private const int Pods = 4;

    private ChartShop(IReadOnlyList<JsonObject> documents, TestShop shop, ChartRights daemon, ChartRights job) =>
        (Documents, Shop, Daemon, Job) = (documents, shop, daemon, job);

    /// <summary>Pods of the shop's workload.</summary>
    public static int Replicas => Pods;

    public IReadOnlyList<JsonObject> Documents { get; }

    public TestShop Shop { get; }

    /// <summary>What the daemon's account may do.</summary>
    public ChartRights Daemon { get; }

    /// <summary>What the account of the Job may do that renews the definitions.</summary>
    public ChartRights Job { get; }

    public static async Task<ChartShop> StartAsync(CancellationToken cancellationToken, params string[] values)
    {
        var documents = await HelmProgram.TemplateAsync(cancellationToken, values);
        var (daemon, job) = (new ChartRights(documents, "guardrail", "daemon"), new ChartRights(documents, "guardrail-crds", "job"));
        var shop = await TestShop.StartAsync(cancellationToken, replicas: Pods, readyAfterSeconds: 3, api: new EmbeddedApiServerOptions
        {
            Tokens = new Dictionary<string, string> { [DaemonToken] = "daemon", [JobToken] = "job" },
            Authorizer = call => daemon.Allows(call) && job.Allows(call),
        });
        shop.Cluster.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "guardrail" } });
        return new(documents, shop, daemon, job);
    }

    /// <summary>Does what the Job does, by its own arguments and with its own rights.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunJobAsync(CancellationToken cancellationToken) =>
        await GuardrailProcess.RunAsync(cancellationToken, [.. ArgumentsOf("Job"), "--kubeconfig", Kubeconfig("job", JobToken)]);

    /// <summary>Posts the rendered policies.</summary>
    public async Task ApplyPoliciesAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Shop.Cluster.Api.Address };
        foreach (var policy in Documents.Where(d => (string?)d["kind"] == "GuardrailPolicy"))
        {
            using var body = new StringContent(policy.ToJsonString(JsonSerializerOptions.Default));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var path = $"apis/guardrail.dev/v1alpha1/namespaces/{policy["metadata"]!["namespace"]}/guardrailpolicies";
            using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
            Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    /// <summary>Starts the daemon; it listens on a free port instead of the pod's.</summary>
    public GuardrailProcess StartDaemon() => GuardrailProcess.Start(
        [.. ArgumentsOf("Deployment").Select(a => a.Replace("--listen=*:9464", "--listen=127.0.0.1:0", StringComparison.Ordinal)), "--kubeconfig", Kubeconfig("daemon", DaemonToken)]);

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    private string[] ArgumentsOf(string kind) =>
        [.. Documents.Single(d => (string?)d["kind"] == kind)["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(a => (string)a!)];

    private string Kubeconfig(string name, string token)
    {
        var path = Shop.Write("kubeconfig-" + name, "");
        Shop.Cluster.Api.WriteKubeconfig(path, token);
        return path;
    }
}
