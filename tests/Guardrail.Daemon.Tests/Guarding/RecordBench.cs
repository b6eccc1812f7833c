using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;
using k8s;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>An embedded API server with the namespace <c>shop</c> that knows Guardrail's custom resources, and a store of records.</summary>
internal sealed class RecordBench : IAsyncDisposable
{
    private readonly KubernetesConnection connection;

    private RecordBench(EmbeddedApiServer server, TimeProvider time)
    {
        Server = server;
        connection = KubernetesConnection.Create(new KubernetesClientConfiguration { Host = server.Address.ToString() }, "the test");
        Store = new RecordStore(connection.Api, time);
    }

    public EmbeddedApiServer Server { get; }

    public RecordStore Store { get; }

    public ApiClient Api => connection.Api;

    public static WorkloadId Checkout { get; } = new("shop", WorkloadKind.Deployment, "checkout");

    public static async Task<RecordBench> StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var server = await EmbeddedApiServer.StartAsync(new ObjectStore(time, new Random(1)), cancellationToken: cancellationToken);
        server.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
        return await OnAsync(server, time, cancellationToken);
    }

    /// <summary>The same on a server that runs already and has the namespace.</summary>
    public static async Task<RecordBench> OnAsync(EmbeddedApiServer server, TimeProvider time, CancellationToken cancellationToken)
    {
        var bench = new RecordBench(server, time);
        foreach (var definition in Directory.EnumerateFiles(Definitions()))
        {
            await bench.SendAsync(
                HttpMethod.Post, "apis/apiextensions.k8s.io/v1/customresourcedefinitions", "application/yaml",
                await File.ReadAllTextAsync(definition, cancellationToken), cancellationToken);
        }

        return bench;
    }

    /// <summary>The record of a rollout of checkout, as it is made first.</summary>
    /// <param name="uid">Uid of the workload.</param>
    public static GuardedRollout Blank(string uid = "u-1") => new()
    {
        Metadata = new() { Name = "r", Namespace = "shop" },
        Spec = new() { Workload = new() { Kind = WorkloadKind.Deployment, Name = "checkout", Uid = uid }, Policy = "shop", From = "6f7d", To = "58c4", Number = 4 },
    };

    /// <summary>Sends something to the server, which must take it.</summary>
    public async Task SendAsync(HttpMethod method, string path, string type, string text, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = Server.Address };
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new StringContent(text, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var answer = await http.SendAsync(request, cancellationToken);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Lets requests be carried out until one is answered.</summary>
    /// <returns>The answer.</returns>
    public async Task<JsonNode> AnswerAsync(PersonRequests requests, GuardPolicy policy, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answered = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watching = Server.Store.Subscribe(change =>
        {
            if (change.Item["status"]?["request"] is { } told)
            {
                answered.TrySetResult(told.DeepClone());
            }
        });
        requests.Follow([policy], ending.Token);
        var given = await answered.Task.WaitAsync(cancellationToken);
        await ending.CancelAsync();
        await requests.DrainAsync();
        return given;
    }

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        await Server.DisposeAsync();
    }

    private static string Definitions()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
            {
                return Path.Combine(folder.FullName, "charts", "guardrail", "crds");
            }
        }

        throw new DirectoryNotFoundException("The tests do not run from within a checkout.");
    }
}

/// <summary>Does nothing, and fails when it is asked to.</summary>
internal sealed class NoActuator : IActuator
{
    public ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("Nothing is to be done.");

    public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
