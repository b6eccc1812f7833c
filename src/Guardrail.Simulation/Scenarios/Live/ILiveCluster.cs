using System.Text.Json.Nodes;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Traffic.Faults;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>
/// The cluster that a scenario is played in, in the scenario's namespace. What is read is what was last seen; what is written is seen a moment later.
/// </summary>
internal interface ILiveCluster : IAsyncDisposable
{
    /// <summary>A Deployment; null while there is none.</summary>
    JsonObject? Deployment(string name);

    /// <summary>The pods of a service, those that are being deleted too.</summary>
    IEnumerable<JsonObject> Pods(string service);

    /// <summary>The ReplicaSets of a service.</summary>
    IEnumerable<JsonObject> ReplicaSets(string service);

    /// <summary>The revision that a Deployment's or ReplicaSet's template asks for, as the scenario names it.</summary>
    string RevisionOf(JsonObject workload);

    /// <summary>The revision of a pod, as the scenario names it.</summary>
    string RevisionOfPod(JsonObject pod);

    /// <summary>Writes a revision into a Deployment's template, within <see cref="Change"/>.</summary>
    void SetRevision(JsonObject deployment, string revision);

    /// <summary>Changes a Deployment.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="manager">Field manager that writes it.</param>
    /// <param name="change">Changes it; may be called again when somebody else was quicker.</param>
    void Change(string name, string manager, Action<JsonObject> change);

    /// <summary>Makes the Deployment of a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="revision">Its revision.</param>
    /// <param name="manager">Field manager that writes it.</param>
    void Create(ScenarioService service, string revision, string manager);

    /// <summary>Deletes a Deployment, and with it what it owns.</summary>
    void Delete(string name);

    /// <summary>Annotates a ReplicaSet.</summary>
    void Annotate(JsonObject replicaSet, string annotation, string value);

    /// <summary>Says how a revision behaves whose containers start from now on.</summary>
    void Register(string service, string revision, RevisionBehaviour behaviour);

    /// <summary>The requests of a service, and the pods that serve them.</summary>
    ServiceState Traffic(string service);

    /// <summary>From now on the pods get requests.</summary>
    /// <param name="at">The moment from which the times of the traffic and its faults count.</param>
    void BeginTraffic(DateTimeOffset at);

    /// <summary>Tells of Deployments whose revision changed, on threads of its own.</summary>
    IDisposable Subscribe(Action<RevisionChange> told);
}

/// <summary>A Deployment asks for another revision.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Generation">Its generation since.</param>
/// <param name="Revision">The revision, as the scenario names it.</param>
internal sealed record RevisionChange(string Service, long Generation, string Revision);
