using System.Collections.Immutable;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>Requests spoilt from the beginning of a rollout until it is taken back, or to the end of the run.</summary>
internal sealed class PeerHarm
{
    private readonly ScenarioResult result;
    private readonly string service;
    private readonly TimeSpan begun;

    public PeerHarm(ScenarioResult result, string service, TimeSpan begun)
    {
        (this.result, this.service, this.begun) = (result, service, begun);
        IsOfAll = result.Guarded.Rollouts.Count(r => !r.IsHealthy) <= 1;
    }

    /// <summary>Whether all services are counted; with several bad rollouts only the rollout's own, since at a caller nobody can tell them apart.</summary>
    public bool IsOfAll { get; }

    /// <summary>With Guardrail, whose rollback takes time, in which pods of the bad revision still serve.</summary>
    public long Guarded() => Sum(result.Guarded, Next(result.Guarded));

    /// <summary>Without it, up to a moment; to the end when nobody takes anything back.</summary>
    public long Without(TimeSpan? takenBack) => Sum(result.Unguarded!, takenBack ?? Next(result.Unguarded!));

    private TimeSpan Next(ScenarioRun run) =>
        run.Rollouts.Where(r => r.Service == service && r.BegunAt > begun).Select(r => r.BegunAt).DefaultIfEmpty(TimeSpan.MaxValue).Min();

    private long Sum(ScenarioRun run, TimeSpan until)
    {
        ImmutableArray<ServiceTimeline> services = IsOfAll ? run.Services : [.. run.Services.Where(s => s.Service == service)];
        return services.SelectMany(s => s.Ticks).Where(t => t.At > begun && t.At <= until).Sum(t => t.BadRequests);
    }
}
