using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Drills;

/// <summary>A service that is played in virtual time, for a dashboard.</summary>
internal sealed class PlayedWatch(PlayedService service) : IWatched
{
    public string Name => service.Service.Name;

    public int? Wanted => service.Deployment?.Replicas;

    public string Revision => service.Deployment?.Template.Name ?? "";

    public bool IsHeld => service.Deployment?.IsPaused == true;

    public IReadOnlyList<WatchedPod> Pods =>
    [
        .. (service.Deployment?.Pods ?? []).OrderBy(p => p.Revision.Number)
            .Select(p => WatchedPod.Of(p.Uid, p.Revision.Name, p.ReadySince is not null, p.Restarts, p.Traffic.Counters)),
    ];
}
