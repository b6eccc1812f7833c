using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>A service in a cluster, for people's hands: they write its Deployment as kubectl does.</summary>
internal sealed class LiveTarget(LiveService service, ILiveCluster cluster) : IPersonTarget
{
    private const string Kubectl = "kubectl-rollout";

    public bool Exists => service.Deployment is not null;

    public string Revision => service.Deployment is { } deployment ? cluster.RevisionOf(deployment) : "";

    public string? Previous => service.Previous;

    public IReadOnlyList<string> Revisions =>
    [
        .. cluster.ReplicaSets(service.Id.Name).Select(cluster.RevisionOf).Distinct().Order(StringComparer.Ordinal),
    ];

    public bool IsPaused => (bool?)service.Deployment?["spec"]?["paused"] == true;

    public bool IsPausedByPerson => IsPaused && Kube.Annotation(service.Deployment!, GuardrailAnnotations.PausedBy) is null;

    public void Hold(TimeSpan now) => Change(item =>
    {
        item["spec"]!["paused"] = true;
        Kube.Annotations(item).Remove(GuardrailAnnotations.PausedBy);
    });

    public void Resume(TimeSpan now) => Change(item => item["spec"]!.AsObject().Remove("paused"));

    public void GoBack(string revision, TimeSpan now) => Change(item =>
    {
        cluster.SetRevision(item, revision);
        item["spec"]!.AsObject().Remove("paused");
    });

    private void Change(Action<JsonObject> change) => cluster.Change(service.Id.Name, Kubectl, change);
}
