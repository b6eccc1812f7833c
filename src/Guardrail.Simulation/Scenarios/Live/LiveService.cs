using System.Text.Json.Nodes;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Controllers.Deployments;
using Guardrail.Simulation.Scenarios.Play;
using Guardrail.Simulation.Traffic;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>One service of a scenario in a cluster: what a pipeline, a person or GitOps writes to its Deployment, and what its pods serve.</summary>
internal sealed class LiveService : ITrafficNode
{
    private const string Pipeline = "deployer";
    private readonly ILiveCluster cluster;
    private readonly ServiceState state;
    private readonly Dictionary<string, RevisionBehaviour> known = new(StringComparer.Ordinal);

    public LiveService(ILiveCluster cluster, Scenario scenario, ScenarioService service, int mostRollouts)
    {
        (this.cluster, Service) = (cluster, service);
        state = cluster.Traffic(service.Name);
        state.Tallies();
        (Id, Tick, Wanted) = (new(scenario.Namespace, WorkloadKind.Deployment, service.Name), new(mostRollouts), service.Revision);
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
    public IEnumerable<JsonObject> Pods => cluster.Pods(Service.Name).Where(p => !Kube.IsDeleting(p));

    /// <summary>Its Deployment; null while it is deleted.</summary>
    public JsonObject? Deployment => cluster.Deployment(Service.Name);

    /// <summary>The revision that it is asked to run; null while it is deleted.</summary>
    public string? Revision => Deployment is { } deployment ? cluster.RevisionOf(deployment) : null;

    /// <summary>The revision of a pod.</summary>
    public string RevisionOf(JsonObject pod) => cluster.RevisionOfPod(pod);

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
    public void LayTo(string revision, int rollout) => state.LayTo(RevisionImage.Of(Id.Namespace, Service.Name, revision), rollout);

    /// <summary>Somebody rolls a revision out.</summary>
    public void Deploy(string revision, ChangeAuthor by, string? manager)
    {
        (Wanted, Previous) = (revision, Revision ?? Previous);
        cluster.Register(Service.Name, revision, known[revision]);
        cluster.Change(Service.Name, manager ?? Pipeline, item =>
        {
            cluster.SetRevision(item, revision);
            if (by is ChangeAuthor.Agent or ChangeAuthor.Human)
            {
                Kube.Annotations(item)[GuardrailAnnotations.MadeBy] = by == ChangeAuthor.Agent ? "agent" : "human";
            }
            else
            {
                Kube.Annotations(item).Remove(GuardrailAnnotations.MadeBy);
            }
        });
    }

    public void Scale(int replicas)
    {
        if (Deployment is not null)
        {
            cluster.Change(Service.Name, Pipeline, item => item["spec"]!["replicas"] = replicas);
        }
    }

    /// <summary>Deletes the Deployment; the cluster collects what it owns.</summary>
    public void Delete()
    {
        if (Deployment is not null)
        {
            cluster.Delete(Service.Name);
        }
    }

    /// <summary>Makes the Deployment anew; its pods have yet to come up.</summary>
    public void MakeAnew(string? revision)
    {
        (Wanted, Previous) = (revision ?? Wanted, null);
        LayTo(Wanted, -1);
        cluster.Register(Service.Name, Wanted, Know(Wanted, RevisionBehaviour.Healthy));
        cluster.Create(Service, Wanted, Pipeline);
    }

    /// <summary>Sets the counters of all pods to 0 without a restart.</summary>
    public void ResetCounters() => state.ResetCounters();

    /// <summary>The first revision has been known to be good for long.</summary>
    public void StampKnownGood(DateTimeOffset at)
    {
        foreach (var set in cluster.ReplicaSets(Service.Name))
        {
            var hash = Kube.Text(set["metadata"]?["labels"]?[TemplateHash.Label]);
            cluster.Annotate(set, GuardrailAnnotations.KnownGood, GuardrailAnnotations.WriteKnownGood(new(hash), at));
        }
    }
}
