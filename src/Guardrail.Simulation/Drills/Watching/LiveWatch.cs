using Guardrail.Simulation.Controllers;
using Guardrail.Simulation.Scenarios.Live;

namespace Guardrail.Simulation.Drills;

/// <summary>A service in a cluster, for a dashboard.</summary>
internal sealed class LiveWatch(LiveService service) : IWatched
{
    public string Name => service.Service.Name;

    public int? Wanted => service.Deployment is { } deployment ? Kube.Count(deployment["spec"]?["replicas"]) : null;

    public string Revision => service.Revision ?? "";

    public bool IsHeld => (bool?)service.Deployment?["spec"]?["paused"] == true;

    public IReadOnlyList<WatchedPod> Pods =>
    [
        .. service.Pods.OrderBy(p => Kube.Text(p["metadata"]?["creationTimestamp"]), StringComparer.Ordinal)
            .Select(p => service.Read(Kube.Name(p), counters => WatchedPod.Of(
                Kube.Uid(p),
                service.RevisionOf(p),
                Kube.Text(Kube.Condition(p["status"], "Ready")?["status"]) == "True",
                Kube.Count(p["status"]?["containerStatuses"]?[0]?["restartCount"]),
                counters))).OfType<WatchedPod>(),
    ];
}
