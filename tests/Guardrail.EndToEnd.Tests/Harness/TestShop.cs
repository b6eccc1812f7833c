using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.EndToEnd.Tests.Harness;

/// <summary>An embedded cluster with one service under traffic, its kubeconfig, and everything its workload went through.</summary>
internal sealed class TestShop : IAsyncDisposable
{
    public const string Space = "shop";
    public const string Service = "checkout";
    public const string First = "shop/checkout:v1";
    public const string Good = "shop/checkout:v2";
    public const string Bad = "shop/checkout:v3-agent";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("guardrail-e2e-");

    private TestShop(EmbeddedCluster cluster, ResourceType type)
    {
        (Cluster, Type) = (cluster, type);
        History = new DeploymentHistory(cluster.Store, type, Space, Service);
        Kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        cluster.WriteKubeconfig(Kubeconfig);
        cluster.Register(Bad, FivePercentErrors);
    }

    public static RevisionBehaviour FivePercentErrors { get; } = RevisionBehaviour.Of(new Fault.ErrorRate(0.05));

    public EmbeddedCluster Cluster { get; }

    /// <summary>Kind of its workload.</summary>
    public ResourceType Type { get; }

    public DeploymentHistory History { get; }

    public string Kubeconfig { get; }

    /// <summary>The workload as stored now.</summary>
    public JsonObject Deployment => Cluster.Store.Get(Type, Space, Service);

    /// <summary>Its pods of one image.</summary>
    public int PodsOf(string image) => Cluster.Store.List(ResourceTypes.Pods, Space).Items.Count(
        p => (string?)p["spec"]!["containers"]![0]!["image"] == image);

    /// <summary>Stamps "known good" on the ReplicaSets or ControllerRevisions, by image.</summary>
    public string[] KnownGood => [.. Revisions
        .Where(rs => rs["metadata"]!["annotations"]?[GuardrailAnnotations.KnownGood] is not null)
        .Select(rs => (string)(rs["spec"] ?? rs["data"]!["spec"])!["template"]!["spec"]!["containers"]![0]!["image"]!)];

    /// <summary>Its ReplicaSets or ControllerRevisions.</summary>
    public IReadOnlyList<JsonObject> Revisions => Cluster.Store.List(
        Type == ResourceTypes.Deployments ? ResourceTypes.ReplicaSets : ResourceTypes.ControllerRevisions, Space).Items;

    /// <summary>Writes to Deployments and ReplicaSets that came over the API, where only the daemon is a client.</summary>
    public int WritesOverTheApi => Cluster.Api.Counters.All.Where(
        c => c.Key.Verb is "patch" or "update" or "delete" or "create" && c.Key.Resource is not "events").Sum(c => c.Value);

    /// <summary>Starts it, and waits until its pods serve.</summary>
    public static async Task<TestShop> StartAsync(
        CancellationToken cancellationToken,
        double requestsPerSecond = 300,
        ulong seed = 1,
        double readyAfterSeconds = 1.5,
        WorkloadKind kind = WorkloadKind.Deployment,
        int replicas = 6,
        EmbeddedApiServerOptions? api = null)
    {
        var service = new ServiceOptions { Namespace = Space, Name = Service, Kind = kind, Replicas = replicas, RequestsPerSecond = requestsPerSecond };
        var cluster = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions
            {
                Seed = seed,
                Services = [service],
                ApiServer = api ?? new EmbeddedApiServerOptions(),
                PodReadyDelay = TimeSpan.FromSeconds(readyAfterSeconds),
                Nodes = [.. Enumerable.Range(0, Math.Max(2, replicas)).Select(number => $"node-{(char)('a' + number)}")],
            },
            cancellationToken);
        var shop = new TestShop(cluster, kind switch
        {
            WorkloadKind.StatefulSet => ResourceTypes.StatefulSets,
            WorkloadKind.DaemonSet => ResourceTypes.DaemonSets,
            _ => ResourceTypes.Deployments,
        });
        await shop.SettledAsync(cancellationToken);
        return shop;
    }

    public string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Deploy(string image, RevisionBehaviour? behaviour = null) => Cluster.Deploy(Space, Service, image, behaviour);

    /// <summary>Waits until the rollout is complete.</summary>
    public Task SettledAsync(CancellationToken cancellationToken) => UntilAsync(
        () => Cluster.WaitForRolloutAsync(Space, Service, cancellationToken), "the rollout to be complete");

    /// <summary>Waits until the Deployment's history fits.</summary>
    public Task UntilAsync(Func<DeploymentState, bool> fits, string what, CancellationToken cancellationToken) => UntilAsync(
        () => Cluster.WaitUntilAsync(() => History.States.LastOrDefault() is { } last && fits(last), cancellationToken), what);

    /// <summary>A write of a person or another program, beside the daemon.</summary>
    public void Modify(Action<JsonObject> change, string manager) => Cluster.Store.Modify(
        Type,
        Space,
        Service,
        deployment =>
        {
            change(deployment);
            return true;
        },
        options: new WriteOptions(manager));

    public async ValueTask DisposeAsync()
    {
        History.Dispose();
        await Cluster.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private async Task UntilAsync(Func<Task> wait, string what)
    {
        try
        {
            await wait();
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Waited in vain for {what}; the workload went through\n{History}\nstatus {Deployment["status"]}");
        }
    }
}
