using System.Net;
using Guardrail.Simulation.ApiServer;
using k8s;
using k8s.Autorest;
using k8s.LeaderElection;
using k8s.LeaderElection.ResourceLock;
using k8s.Models;

namespace Guardrail.Simulation.Tests.ApiServer;

/// <summary>The unmodified KubernetesClient against the embedded server.</summary>
public sealed class KubernetesClientTests
{
    private EmbeddedApiServer server = null!;
    private k8s.Kubernetes client = null!;

    [SetUp]
    public async Task Start()
    {
        server = await EmbeddedApiServer.StartAsync(new ObjectStore(TimeProvider.System, new Random(1)));
        client = new k8s.Kubernetes(new KubernetesClientConfiguration { Host = server.Address.AbsoluteUri });
        server.Store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("web"));
    }

    [TearDown]
    public async Task Stop()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Test]
    public async Task Lists_in_pages()
    {
        server.Store.Create(ResourceTypes.Deployments, "default", Samples.Deployment("api"));
        var first = await client.AppsV1.ListDeploymentForAllNamespacesAsync(limit: 1);
        var second = await client.AppsV1.ListDeploymentForAllNamespacesAsync(limit: 1, continueParameter: first.Metadata.ContinueProperty);
        Assert.That(first.Items.Concat(second.Items).Select(d => d.Metadata.Name), Is.EqualTo(new[] { "api", "web" }));
        Assert.That(second.Metadata.ContinueProperty, Is.Null);
    }

    [Test]
    public async Task Watches_changes_from_the_version_of_a_list()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var list = await client.AppsV1.ListNamespacedDeploymentAsync("default");
        var seen = new List<(WatchEventType, string)>();
        var watch = client.AppsV1.WatchListNamespacedDeploymentAsync(
            "default", resourceVersion: list.Metadata.ResourceVersion, cancellationToken: patience.Token);
        server.Store.Modify(ResourceTypes.Deployments, "default", "web", d => Samples.Annotate(d, "a", "1"));
        server.Store.Delete(ResourceTypes.Deployments, "default", "web");
        await foreach (var (type, item) in watch)
        {
            seen.Add((type, item.Metadata.Name));
            if (seen.Count == 2)
            {
                break;
            }
        }

        Assert.That(seen, Is.EqualTo(new[] { (WatchEventType.Modified, "web"), (WatchEventType.Deleted, "web") }));
    }

    [Test]
    public async Task A_JSON_patch_whose_test_fails_answers_422_and_changes_nothing()
    {
        var patch = new V1Patch(
            "[{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\"1\"},"
            + "{\"op\":\"add\",\"path\":\"/spec/paused\",\"value\":true}]", V1Patch.PatchType.JsonPatch);
        var error = await Assert.ThrowsAsync<HttpOperationException>(
            async () => await client.AppsV1.PatchNamespacedDeploymentAsync(patch, "web", "default"));
        var after = await client.AppsV1.ReadNamespacedDeploymentAsync("web", "default");
        Assert.That(error!.Response.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(after.Spec.Paused, Is.Null);
    }

    [Test]
    public async Task Replaces_only_the_version_that_it_read()
    {
        var item = await client.AppsV1.ReadNamespacedDeploymentAsync("web", "default");
        server.Store.Modify(ResourceTypes.Deployments, "default", "web", d => Samples.Annotate(d, "a", "1"));
        item.Spec.Replicas = 5;
        var error = await Assert.ThrowsAsync<HttpOperationException>(
            async () => await client.AppsV1.ReplaceNamespacedDeploymentAsync(item, "web", "default"));
        Assert.That(error!.Response.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Creates_an_event_that_both_groups_show()
    {
        await client.CoreV1.CreateNamespacedEventAsync(
            new Corev1Event
            {
                Metadata = new V1ObjectMeta { GenerateName = "web." },
                InvolvedObject = new V1ObjectReference { Kind = "Deployment", Name = "web", NamespaceProperty = "default" },
                Reason = "Checked",
                Message = "fine",
                Type = "Normal",
            },
            "default");
        var events = await client.EventsV1.ListNamespacedEventAsync("default");
        Assert.That(events.Items.Single().Note, Is.EqualTo("fine"));
    }

    [Test]
    public async Task One_of_two_candidates_leads()
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var leading = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var electors = new[] { "a", "b" }.Select(id => Elector(id, leading)).ToArray();
        var runs = electors.Select(e => e.RunUntilLeadershipLostAsync(end.Token)).ToArray();
        var leader = await leading.Task.WaitAsync(end.Token);
        var lease = await client.CoordinationV1.ReadNamespacedLeaseAsync("guard", "default");
        await end.CancelAsync();
        await Task.WhenAll(runs.Select(r => r.ContinueWith(_ => { }, TaskScheduler.Default)));
        foreach (var elector in electors)
        {
            elector.Dispose();
        }

        Assert.That(lease.Spec.HolderIdentity, Is.EqualTo(leader));
    }

    private LeaderElector Elector(string id, TaskCompletionSource<string> leading)
    {
        var elector = new LeaderElector(new LeaderElectionConfig(new LeaseLock(client, "default", "guard", id))
        {
            LeaseDuration = TimeSpan.FromSeconds(3),
            RenewDeadline = TimeSpan.FromSeconds(2),
            RetryPeriod = TimeSpan.FromMilliseconds(200),
        });
        elector.OnStartedLeading += () => leading.TrySetResult(id);
        return elector;
    }
}
