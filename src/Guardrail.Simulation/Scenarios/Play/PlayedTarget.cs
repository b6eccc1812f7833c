using Guardrail.Engine.Workloads;

namespace Guardrail.Simulation.Scenarios.Play;

/// <summary>A service that is played in virtual time, for people's hands.</summary>
internal sealed class PlayedTarget(PlayedService service) : IPersonTarget
{
    public bool Exists => service.Deployment is not null;

    public string Revision => service.Deployment?.Template.Name ?? "";

    public string? Previous => service.Previous?.Name;

    public IReadOnlyList<string> Revisions => [.. service.Deployment!.Revisions.Select(r => r.Name)];

    public bool IsPaused => service.Deployment!.IsPaused;

    public bool IsPausedByPerson => service.Deployment!.Pause == PauseState.ByOther;

    public void Hold(TimeSpan now) => service.Deployment!.Hold(PauseState.ByOther, now);

    public void Resume(TimeSpan now) => service.Deployment!.Resume(byGuardrail: false, now);

    public void GoBack(string revision, TimeSpan now) => service.GoBack(service.Deployment!.Revisions.First(r => r.Name == revision), now);
}
