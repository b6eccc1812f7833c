using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Controllers.Deployments;
using Guardrail.Simulation.Scenarios.Play;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>One service of a scenario in an embedded cluster: what a pipeline, a person or GitOps writes to its Deployment, and what its pods serve.</summary>
internal sealed class LiveService : ITrafficNode
{
    private static readonly WriteOptions Pipeline = new("deployer");
    private readonly EmbeddedCluster cluster;
    private readonly ServiceState state;
    private readonly string ns;
    private readonly Dictionary<string, RevisionBehaviour> known = new(StringComparer.Ordinal);

    public LiveService(EmbeddedCluster cluster, Scenario scenario, ScenarioService service, int mostRollouts)
    {
        (this.cluster, ns, Service) = (cluster, scenario.Namespace, service);
        state = cluster.Service(ns, service.Name);
        state.Tallies();
        (Id, Tick, Wanted) = (new(ns, WorkloadKind.Deployment, service.Name), new(mostRollouts), service.Revision);
        known[service.Revision] = RevisionBehaviour.Healthy;
        ScenarioEvent.ConfigCorrupted[] corruptions =
            [.. scenario.Events.OfType<ScenarioEvent.ConfigCorrupted>().Where(e => e.Service is null || e.Service == service.Name)];
        if (corruptions.Length > 0)
        {
            state.Configures = (behaviour, now) => corruptions.Where(c => c.IsOn(now)).Aggregate(
                behaviour, (all, c) => all with { Faults = all.Faults.Add(new(new Fault.ErrorRate(c.ErrorRate))) });
        }
    }

    public ScenarioService Service { get; }

    public WorkloadId Id { get; }

    public ServiceTally Tick { get; }

    public IEnumerable<ServingRevision> Serving => state.Serving;

    public IEnumerable<(int Rollout, TimeSpan At)> FirstBad => state.FirstBad;

    /// <summary>Revision that its repository holds, which GitOps writes.</summary>
    public string Wanted { get; private set; }

    /// <summary>Revision that it ran before the last rollout, which a person goes back to; null before the first.</summary>
    public string? Previous { get; private set; }

    /// <summary>Its pods, but for those that are being deleted.</summary>
    public IEnumerable<JsonObject> Pods => cluster.Store.List(ResourceTypes.Pods, ns).Items
        .Where(p => !Kube.IsDeleting(p) && ImageOfPod(p).StartsWith($"{ns}/{Service.Name}:", StringComparison.Ordinal));

    /// <summary>Its Deployment; null while it is deleted.</summary>
    public JsonObject? Deployment => cluster.Store.TryGet(ResourceTypes.Deployments, ns, Service.Name, out var item) ? item : null;

    /// <summary>The image of a revision.</summary>
    public static string ImageOf(string ns, ScenarioService service, string revision) => $"{ns}/{service.Name}:{revision}";

    /// <summary>The revision that a workload's or ReplicaSet's template asks for, as the scenario names it.</summary>
    public static string RevisionOf(JsonObject workload)
    {
        var image = Kube.Text(workload["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"]);
        return image[(image.LastIndexOf(':') + 1)..];
    }

    /// <summary>The revision of a pod, as the scenario names it.</summary>
    public static string RevisionOfPod(JsonObject pod) => ImageOfPod(pod) is var image ? image[(image.LastIndexOf(':') + 1)..] : "";

    /// <summary>What the counters of a pod say now; null when it serves none.</summary>
    public T? Read<T>(string pod, Func<PodCounters, T> read)
        where T : class => state.Read(pod, read);

    public void Surround(in Surroundings by) => state.Surround(by);

    public void AdvanceTo(TimeSpan now) => state.Draw(now);

    public void EndTick()
    {
        Tick.Clear();
        state.Collect(Tick);
    }

    /// <summary>Whether a scrape of a pod fails.</summary>
    public void Miss(Func<bool> misses) => state.Misses = misses;

    /// <summary>How a revision behaves: as when it was first named.</summary>
    public RevisionBehaviour Know(string revision, RevisionBehaviour behaviour) =>
        known.TryGetValue(revision, out var before) ? before : known[revision] = behaviour;

    /// <summary>Lays what a revision spoils from now on to a rollout's door.</summary>
    public void LayTo(string revision, int rollout) => state.LayTo(ImageOf(ns, Service, revision), rollout);

    /// <summary>Somebody rolls a revision out.</summary>
    public void Deploy(string revision, ChangeAuthor by, string? manager)
    {
        (Wanted, Previous) = (revision, Deployment is { } before ? RevisionOf(before) : Previous);
        cluster.Register(ImageOf(ns, Service, revision), known[revision]);
        cluster.Store.Modify(ResourceTypes.Deployments, ns, Service.Name, item =>
        {
            item["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = ImageOf(ns, Service, revision);
            if (by is ChangeAuthor.Agent or ChangeAuthor.Human)
            {
                Kube.Annotations(item)[GuardrailAnnotations.MadeBy] = by == ChangeAuthor.Agent ? "agent" : "human";
            }
            else
            {
                Kube.Annotations(item).Remove(GuardrailAnnotations.MadeBy);
            }

            return true;
        }, options: manager is null ? Pipeline : new(manager));
    }

    public void Scale(int replicas)
    {
        if (Deployment is not null)
        {
            cluster.Store.Modify(ResourceTypes.Deployments, ns, Service.Name, item =>
            {
                item["spec"]!["replicas"] = replicas;
                return true;
            }, options: Pipeline);
        }
    }

    /// <summary>Deletes the Deployment; the cluster collects what it owns.</summary>
    public void Delete()
    {
        if (Deployment is not null)
        {
            cluster.Store.Delete(ResourceTypes.Deployments, ns, Service.Name);
            cluster.Api.CollectGarbage();
        }
    }

    /// <summary>Makes the Deployment anew; its pods have yet to come up.</summary>
    public void MakeAnew(string? revision)
    {
        (Wanted, Previous) = (revision ?? Wanted, null);
        LayTo(Wanted, -1);
        cluster.Register(ImageOf(ns, Service, Wanted), Know(Wanted, RevisionBehaviour.Healthy));
        cluster.Store.Create(
            ResourceTypes.Deployments, ns, ServiceManifest.Of(state.Options with { Image = ImageOf(ns, Service, Wanted) }), Pipeline);
    }

    /// <summary>Sets the counters of all pods to 0 without a restart.</summary>
    public void ResetCounters() => state.ResetCounters();

    /// <summary>The first revision has been known to be good for long.</summary>
    public void StampKnownGood(DateTimeOffset at)
    {
        foreach (var set in cluster.Store.List(ResourceTypes.ReplicaSets, ns).Items.Where(s => Kube.Text(Kube.Controller(s)?["name"]) == Service.Name))
        {
            var hash = Kube.Text(set["metadata"]?["labels"]?[TemplateHash.Label]);
            cluster.Store.Modify(ResourceTypes.ReplicaSets, ns, Kube.Name(set), item =>
            {
                Kube.Annotations(item)[GuardrailAnnotations.KnownGood] = GuardrailAnnotations.WriteKnownGood(new(hash), at);
                return true;
            });
        }
    }

    private static string ImageOfPod(JsonObject pod) => Kube.Text(pod["spec"]?["containers"]?[0]?["image"]);
}
