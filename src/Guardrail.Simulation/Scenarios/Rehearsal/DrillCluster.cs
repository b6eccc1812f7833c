using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Scenarios.Live;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Rehearsal;

/// <summary>A namespace of a real cluster as the stage of a scenario: what is read comes from watches, what is written goes out in order.</summary>
internal sealed class DrillCluster : ILiveCluster
{
    private readonly string ns;
    private readonly DrillManifests manifests;
    private readonly DrillWriter writer;
    private readonly ClusterTraffic traffic;
    private readonly ObjectMirror deployments;
    private readonly ObjectMirror replicaSets;
    private readonly ObjectMirror pods;
    private ImmutableArray<Action<RevisionChange>> told = [];

    public DrillCluster(string ns, string drill, DrillManifests manifests, ObjectClient objects, DrillWriter writer, ClusterTraffic traffic)
    {
        (this.ns, this.manifests, this.writer, this.traffic) = (ns, manifests, writer, traffic);
        var selector = $"{DrillMarks.Label}={drill}";
        deployments = new(objects.Watch(ObjectClient.Deployments, selector)) { Changed = Tell };
        replicaSets = new(objects.Watch(ObjectClient.ReplicaSets, selector));
        pods = new(objects.Watch(ObjectClient.Pods, selector));
    }

    /// <summary>Its pods, to be told what they serve.</summary>
    public ObjectMirror AllPods => pods;

    /// <summary>Whether all pods of a service are there and ready.</summary>
    public bool IsUp(string service) => deployments.Find(service) is { } deployment && ServiceManifest.IsRolledOut(deployment);

    /// <summary>Follows the namespace until cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        // The first to fail ends it; the others end with the drill.
        var first = await Task.WhenAny(
            deployments.FollowAsync(cancellationToken), replicaSets.FollowAsync(cancellationToken), pods.FollowAsync(cancellationToken));
        await first;
    }

    public JsonObject? Deployment(string name) => deployments.Find(name) is { } deployment && !Kube.IsDeleting(deployment) ? deployment : null;

    public IEnumerable<JsonObject> Pods(string service) => pods.All.Where(p => Kube.Text(p["metadata"]?["labels"]?["app"]) == service);

    public IEnumerable<JsonObject> ReplicaSets(string service) => replicaSets.All.Where(s => Kube.Text(Kube.Controller(s)?["name"]) == service);

    public string RevisionOf(JsonObject workload) => workload["spec"]?["template"] is JsonObject template ? DrillManifests.RevisionOf(template) : "";

    public string RevisionOfPod(JsonObject pod) => DrillManifests.RevisionOf(pod);

    public void SetRevision(JsonObject deployment, string revision) => DrillManifests.SetRevision(deployment, revision);

    public void Change(string name, string manager, Action<JsonObject> change) => writer.Change(ObjectClient.Deployments, name, manager, change);

    public void Create(ScenarioService service, string revision, string manager) =>
        writer.Create(ObjectClient.Deployments, manifests.Deployment(service, revision), manager);

    public void Delete(string name) => writer.Delete(ObjectClient.Deployments, name);

    public void Annotate(JsonObject replicaSet, string annotation, string value) => writer.Merge(
        ObjectClient.ReplicaSets, Kube.Name(replicaSet), "guardrail-drill",
        new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [annotation] = value } } });

    public void Register(string service, string revision, RevisionBehaviour behaviour) => traffic.Register(RevisionImage.Of(ns, service, revision), behaviour);

    public ServiceState Traffic(string service) => traffic.Service(ns, service)!;

    public void BeginTraffic(DateTimeOffset at) => traffic.Begin(at);

    public IDisposable Subscribe(Action<RevisionChange> told)
    {
        ImmutableInterlocked.Update(ref this.told, all => all.Add(told));
        return new Subscription(() => ImmutableInterlocked.Update(ref this.told, all => all.Remove(told)));
    }

    /// <summary>The namespace is given back by whoever took it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Tell(JsonObject? before, JsonObject now)
    {
        if (before is not null && RevisionOf(now) is var revision && revision != RevisionOf(before))
        {
            foreach (var tell in told)
            {
                tell(new(Kube.Name(now), (long)now["metadata"]!["generation"]!, revision));
            }
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
