using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
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
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>What people asked for while nobody listened.</summary>
[Category("Fault")]
[CancelAfter(60_000)]
internal sealed class RequestExpiryTests
{
    [TestCase(11, "Dropped: asked for at 2026-03-05 12:00:00Z and not answered within 10 min; nothing was done. Ask again if it is still wanted.")]
    [TestCase(9, "deployments.apps \"checkout\" not found")]
    public async Task A_request_is_dropped_with_a_reason_when_no_daemon_took_it_up_in_time(int minutes, string answer, CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero));
        await using var server = await EmbeddedApiServer.StartAsync(new ObjectStore(time, new Random(1)), cancellationToken: cancellationToken);
        using var connection = KubernetesConnection.Create(new KubernetesClientConfiguration { Host = server.Address.ToString() }, "the test");
        var store = new RecordStore(connection.Api, time);
        await InstallAsync(server, cancellationToken);
        var record = await store.CreateAsync(Blank(), cancellationToken);
        await store.AskAsync(record, new RolloutRequest { Id = "one", Action = RequestedAction.RollBack }, cancellationToken);

        time.Advance(TimeSpan.FromMinutes(minutes));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var requests = new PersonRequests(store, new NoActuator(), time, "test", NullLogger<PersonRequests>.Instance);
        var answered = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watching = server.Store.Subscribe(change =>
        {
            if (change.Item["status"]?["request"] is { } told)
            {
                answered.TrySetResult(told.DeepClone());
            }
        });
        requests.Follow([new GuardPolicy { Name = "shop", Namespace = "shop" }], ending.Token);
        var given = await answered.Task.WaitAsync(cancellationToken);
        await ending.CancelAsync();
        await requests.DrainAsync();

        Assert.That((string?)given["id"], Is.EqualTo("one"));
        Assert.That((string?)given["state"], Is.EqualTo("Refused"));
        Assert.That((string?)given["message"], Does.Contain(answer));
    }

    private static GuardedRollout Blank() => new()
    {
        Metadata = new() { Name = "r", Namespace = "shop" },
        Spec = new() { Workload = new() { Kind = WorkloadKind.Deployment, Name = "checkout", Uid = "u-1" }, Policy = "shop", From = "6f7d", To = "58c4", Number = 4 },
    };

    private static async Task InstallAsync(EmbeddedApiServer server, CancellationToken cancellationToken)
    {
        server.Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "shop" } });
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Guardrail.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run from within a checkout.");
        }

        using var http = new HttpClient { BaseAddress = server.Address };
        using var body = new StringContent(
            await File.ReadAllTextAsync(Path.Combine(folder.FullName, "charts", "guardrail", "crds", "guardedrollouts.yaml"), cancellationToken), Encoding.UTF8);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/yaml");
        using var made = await http.PostAsync(
            new Uri("apis/apiextensions.k8s.io/v1/customresourcedefinitions", UriKind.Relative), body, cancellationToken);
        made.EnsureSuccessStatusCode();
    }

    private sealed class NoActuator : IActuator
    {
        public ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is to be done.");

        public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
