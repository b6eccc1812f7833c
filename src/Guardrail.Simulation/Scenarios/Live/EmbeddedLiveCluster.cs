using System.Text.Json.Nodes;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Controllers.Kubelet;
using Guardrail.Simulation.Timing;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>The embedded cluster of a scenario. A revision is the tag of its pods' image.</summary>
internal sealed class EmbeddedLiveCluster : ILiveCluster
{
    /// <summary>How long the first pods have been there when the daemon comes.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>Pods take no other time than their start-up, as in virtual time.</summary>
    private static readonly KubeletTiming Exact = new() { Bind = TimeSpan.Zero, Ready = TimeSpan.Zero, End = TimeSpan.Zero, Jitter = 0 };

    private readonly EmbeddedCluster cluster;
    private readonly string ns;

    private EmbeddedLiveCluster(EmbeddedCluster cluster, string ns) => (this.cluster, this.ns) = (cluster, ns);

    /// <summary>Makes the cluster; all services have been serving their first revision for long.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="options">How it is played.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<(EmbeddedLiveCluster Cluster, ScaledTimeProvider Time)> StartAsync(
        Scenario scenario, LiveOptions options, CancellationToken cancellationToken)
    {
        var instruments = LiveSignals.Needed(scenario);
        var time = new ScaledTimeProvider(TimeProvider.System.GetUtcNow() - Long, options.Speed);
        var cluster = await EmbeddedCluster.StartAsync(
            new()
            {
                Seed = options.Seed,
                Services = [.. scenario.Services.Select(s => Of(scenario.Namespace, s, s.Revision))],
                Timing = Exact,
                Instruments = instruments,
                AwaitsTraffic = true,
                TimeProvider = time,
            },
            cancellationToken);
        try
        {
            foreach (var service in scenario.Services)
            {
                await cluster.WaitForRolloutAsync(scenario.Namespace, service.Name, cancellationToken);
            }

            time.Skip(Long);
            return (new(cluster, scenario.Namespace), time);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a kubeconfig by which others find the cluster.</summary>
    public void WriteKubeconfig(string path) => cluster.WriteKubeconfig(path);

    public JsonObject? Deployment(string name) => cluster.Store.TryGet(ResourceTypes.Deployments, ns, name, out var item) ? item : null;

    public IEnumerable<JsonObject> Pods(string service) => cluster.Store.List(ResourceTypes.Pods, ns).Items
        .Where(p => ImageOfPod(p).StartsWith(RevisionImage.Of(ns, service, ""), StringComparison.Ordinal));

    public IEnumerable<JsonObject> ReplicaSets(string service) => cluster.Store.List(ResourceTypes.ReplicaSets, ns).Items
        .Where(s => Kube.Text(Kube.Controller(s)?["name"]) == service);

    public string RevisionOf(JsonObject workload) =>
        RevisionImage.Revision(Kube.Text(workload["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"]));

    public string RevisionOfPod(JsonObject pod) => RevisionImage.Revision(ImageOfPod(pod));

    public void SetRevision(JsonObject deployment, string revision) =>
        deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = RevisionImage.Of(ns, Kube.Name(deployment), revision);

    public void Change(string name, string manager, Action<JsonObject> change) => cluster.Store.Modify(
        ResourceTypes.Deployments,
        ns,
        name,
        item =>
        {
            change(item);
            return true;
        },
        options: new(manager));

    public void Create(ScenarioService service, string revision, string manager) =>
        cluster.Store.Create(ResourceTypes.Deployments, ns, ServiceManifest.Of(Of(ns, service, revision)), new(manager));

    public void Delete(string name)
    {
        cluster.Store.Delete(ResourceTypes.Deployments, ns, name);
        cluster.Api.CollectGarbage();
    }

    public void Annotate(JsonObject replicaSet, string annotation, string value) => cluster.Store.Modify(
        ResourceTypes.ReplicaSets,
        ns,
        Kube.Name(replicaSet),
        item =>
        {
            Kube.Annotations(item)[annotation] = value;
            return true;
        });

    public void Register(string service, string revision, RevisionBehaviour behaviour) => cluster.Register(RevisionImage.Of(ns, service, revision), behaviour);

    public ServiceState Traffic(string service) => cluster.Service(ns, service);

    public void BeginTraffic(DateTimeOffset at) => cluster.BeginTraffic(at);

    public IDisposable Subscribe(Action<RevisionChange> told) => cluster.Store.Subscribe(change =>
    {
        if (change.Type == ResourceTypes.Deployments && change.Change == StoreChange.Modified
            && RevisionOf(change.Item) is var revision && revision != RevisionOf(change.Previous!))
        {
            told(new(change.Name, (long)change.Item["metadata"]!["generation"]!, revision));
        }
    });

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private static string ImageOfPod(JsonObject pod) => Kube.Text(pod["spec"]?["containers"]?[0]?["image"]);

    private static ServiceOptions Of(string ns, ScenarioService service, string revision) => LiveTraffic.Of(ns, service) with { Image = RevisionImage.Of(ns, service.Name, revision) };
}
