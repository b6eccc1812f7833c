using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Controllers.DaemonSets;
using Guardrail.Simulation.Controllers.Deployments;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Controllers.Loop;
using Guardrail.Simulation.Controllers.Nodes;
using Guardrail.Simulation.Controllers.ReplicaSets;
using Guardrail.Simulation.Controllers.StatefulSets;
using Guardrail.Simulation.Pods;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Cluster;

/// <summary>
/// A cluster in the process: an API server that real clients can use, the controllers of Deployments, StatefulSets and DaemonSets, pods
/// that serve traffic and expose their metrics, all on loopback. Needs no container and no privilege.
/// </summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly ClusterTraffic traffic;
    private readonly ControllerLoop loop;
    private readonly SimulatedKubelet kubelet;
    private readonly PodMetricsEndpoint metrics;
    private readonly DrillPodRuntime? drillPods;
    private readonly TimeProvider time;

    private EmbeddedCluster(
        EmbeddedApiServer api, ClusterTraffic traffic, ControllerLoop loop, SimulatedKubelet kubelet, PodMetricsEndpoint metrics,
        DrillPodRuntime? drillPods)
    {
        (Api, this.traffic, this.loop, this.kubelet, this.metrics, this.drillPods) = (api, traffic, loop, kubelet, metrics, drillPods);
        time = loop.Time;
    }

    /// <summary>The API server, for faults and counts of requests.</summary>
    public EmbeddedApiServer Api { get; }

    /// <summary>The objects of the cluster.</summary>
    public ObjectStore Store => Api.Store;

    /// <summary>Where the Kubernetes API is served.</summary>
    public Uri ApiUri => Api.Address;

    /// <summary>The list of pods for Prometheus' <c>http_sd_configs</c>.</summary>
    public Uri TargetsUri => metrics.TargetsUri;

    /// <summary>Faults when a controller of the cluster broke, which is a defect of the simulation.</summary>
    public Task Completion => loop.Completion;

    /// <summary>Starts a cluster with its services. Their pods come up in the background; see <see cref="WaitForRolloutAsync"/>.</summary>
    /// <param name="options">What it consists of.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The cluster owns what is started here and disposes of it.")]
    public static async Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, CancellationToken cancellationToken = default)
    {
        var time = options.TimeProvider;
        var store = new ObjectStore(time, new Random(unchecked((int)options.Seed)));
        var traffic = new ClusterTraffic(options, time.GetUtcNow());
        var metrics = await PodMetricsEndpoint.StartAsync(traffic, options.MetricsPort, cancellationToken);
        traffic.Port = metrics.Address.Port;
        EmbeddedApiServer api;
        try
        {
            api = await EmbeddedApiServer.StartAsync(store, options.ApiServer, cancellationToken);
        }
        catch
        {
            await metrics.DisposeAsync();
            throw;
        }

        var loop = new ControllerLoop(store, time);
        var events = new EventRecorder(store, time, options.WritesEvents);
        var drillPods = options.RunsDrillPods ? new DrillPodRuntime(traffic, store, time) : null;
        var kubelet = new SimulatedKubelet(options.Timing, drillPods ?? (IPodRuntime)traffic, options.Seed);
        loop.Add(new DeploymentController(events));
        loop.Add(new ReplicaSetController(events));
        loop.Add(new StatefulSetController(events));
        loop.Add(new DaemonSetController(events));
        loop.Add(new LostNodeController());
        loop.Add(kubelet);
        var cluster = new EmbeddedCluster(api, traffic, loop, kubelet, metrics, drillPods);
        foreach (var node in options.Nodes)
        {
            store.Create(ResourceTypes.Nodes, null, ServiceManifest.Node(node));
        }

        foreach (var service in options.Services)
        {
            cluster.AddService(service);
        }

        loop.Start();
        return cluster;
    }

    /// <summary>Adds a service: its namespace if missing, its traffic and its workload.</summary>
    /// <param name="service">The service.</param>
    public void AddService(ServiceOptions service)
    {
        traffic.Add(service);
        if (!Store.TryGet(ResourceTypes.Namespaces, null, service.Namespace, out _))
        {
            Store.Create(ResourceTypes.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = service.Namespace } });
        }

        Store.Create(ServiceManifest.TypeOf(service.Kind), service.Namespace, ServiceManifest.Of(service), new WriteOptions("deployer"));
    }

    /// <summary>Writes a kubeconfig with which kubectl and client libraries find the cluster.</summary>
    /// <param name="path">The file; it is replaced.</param>
    public void WriteKubeconfig(string path) => Api.WriteKubeconfig(path);

    /// <summary>Says how revisions with an image behave, from their next container start on.</summary>
    /// <param name="image">The image.</param>
    /// <param name="behaviour">What is wrong with it, if anything.</param>
    public void Register(string image, RevisionBehaviour behaviour) => traffic.Register(image, behaviour);

    /// <summary>Sets the image of a service's workload, or of a Deployment, as a deployment pipeline would.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="name">Name of the workload.</param>
    /// <param name="image">New image of its first container.</param>
    /// <param name="behaviour">How the revision behaves; null leaves what was registered.</param>
    /// <exception cref="ApiException">404 when there is no such workload.</exception>
    public void Deploy(string ns, string name, string image, RevisionBehaviour? behaviour = null)
    {
        if (behaviour is not null)
        {
            Register(image, behaviour);
        }

        Store.Modify(TypeOf(ns, name), ns, name, workload =>
        {
            workload["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image;
            return true;
        }, options: new WriteOptions("deployer"));
    }

    /// <summary>Lets the containers of a pod end now; they restart as a kubelet restarts them.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="outOfMemory">Whether the kernel kills them for their memory.</param>
    /// <returns>False when the pod's containers do not run.</returns>
    public Task<bool> CrashPodAsync(string ns, string pod, bool outOfMemory = false)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => done.SetResult(kubelet.Crash(new ObjectKey(ns, pod), loop, outOfMemory)));
        return done.Task;
    }

    /// <summary>Deletes a pod; its ReplicaSet replaces it.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="pod">Name of the pod.</param>
    /// <exception cref="ApiException">404 when there is no such pod.</exception>
    public void RestartPod(string ns, string pod) => Store.Delete(ResourceTypes.Pods, ns, pod);

    /// <summary>Lets all containers on a node crash, as when the node reboots.</summary>
    /// <param name="node">Name of the node: <c>node-a</c> or <c>node-b</c>.</param>
    public async Task BreakNodeAsync(string node)
    {
        foreach (var pod in Store.List(ResourceTypes.Pods).Items.Where(p => (string?)p["spec"]?["nodeName"] == node))
        {
            await CrashPodAsync(Kube.Key(pod).Namespace, Kube.Name(pod));
        }
    }

    /// <summary>What really happened to the users of a service, one entry per revision it ever had.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="name">Name of the service.</param>
    public IReadOnlyList<RevisionTruth> Truth(string ns, string name) =>
        traffic.Service(ns, name)?.Truth(time.GetUtcNow()) ?? throw new ArgumentException($"There is no service {ns}/{name}.", nameof(name));

    /// <summary>What really happened to the users of the revision with an image; null when it never had a pod.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="name">Name of the service.</param>
    /// <param name="image">The image.</param>
    public RevisionTruth? TruthOf(string ns, string name, string image) => Truth(ns, name).FirstOrDefault(r => r.Image == image);

    /// <summary>Waits until a workload has rolled out completely.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="name">Name of the workload.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task WaitForRolloutAsync(string ns, string name, CancellationToken cancellationToken) => WaitUntilAsync(
        () => Store.TryGet(TypeOf(ns, name), ns, name, out var json) && ServiceManifest.IsRolledOut(json), cancellationToken);

    /// <summary>Waits until something holds, looking again after every change of the cluster's objects.</summary>
    /// <param name="condition">What is to hold.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task WaitUntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var changed = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = Store.Subscribe(_ => changed.Writer.TryWrite(0));
        while (!condition())
        {
            await changed.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Stops everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await loop.DisposeAsync();
        if (drillPods is not null)
        {
            await drillPods.DisposeAsync();
        }

        await Api.DisposeAsync();
        await metrics.DisposeAsync();
    }

    /// <summary>With <see cref="EmbeddedClusterOptions.AwaitsTraffic"/>: from now on the pods get requests.</summary>
    /// <param name="at">The moment from which the times of the traffic and its faults count.</param>
    internal void BeginTraffic(DateTimeOffset at) => traffic.Begin(at);

    internal ServiceState Service(string ns, string name) => traffic.Service(ns, name)!;

    private ResourceType TypeOf(string ns, string name) => ServiceManifest.TypeOf(traffic.Service(ns, name)?.Options.Kind ?? default);
}
