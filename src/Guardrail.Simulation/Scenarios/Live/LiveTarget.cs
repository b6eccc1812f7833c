using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Workloads;
using Guardrail.Simulation.ApiServer;
using Guardrail.Simulation.Cluster;
using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Scenarios.Live;

/// <summary>A service in an embedded cluster, for people's hands: they write its Deployment as kubectl does.</summary>
internal sealed class LiveTarget(LiveService service, EmbeddedCluster cluster) : IPersonTarget
{
    private static readonly WriteOptions Kubectl = new("kubectl-rollout");

    public bool Exists => service.Deployment is not null;

    public string Revision => service.Deployment is { } deployment ? LiveService.RevisionOf(deployment) : "";

    public string? Previous => service.Previous;

    public IReadOnlyList<string> Revisions =>
    [
        .. cluster.Store.List(ResourceTypes.ReplicaSets, service.Id.Namespace).Items
            .Where(s => Kube.Text(Kube.Controller(s)?["name"]) == service.Id.Name).Select(LiveService.RevisionOf).Distinct().Order(StringComparer.Ordinal),
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
        item["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = LiveService.ImageOf(service.Id.Namespace, service.Service, revision);
        item["spec"]!.AsObject().Remove("paused");
    });

    private void Change(Action<JsonObject> change) => cluster.Store.Modify(
        ResourceTypes.Deployments,
        service.Id.Namespace,
        service.Id.Name,
        item =>
        {
            change(item);
            return true;
        },
        options: Kubectl);
}
