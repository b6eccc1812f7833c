using System.Collections.Immutable;
using Guardrail.Engine.Decisions;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>The part of a run in which a rollout is looked at.</summary>
/// <param name="Rollout">The rollout.</param>
/// <param name="From">Begin of what is drawn, a little before the rollout.</param>
/// <param name="Decided">When it was taken back, or else when its watch ended, another rollout replaced it or the run was over.</param>
/// <param name="To">End of what is drawn, a little later.</param>
/// <param name="Ticks">The service's ticks in between.</param>
internal sealed record RolloutSpan(PlayedRollout Rollout, TimeSpan From, TimeSpan Decided, TimeSpan To, ImmutableArray<ServiceTick> Ticks)
{
    private static readonly TimeSpan LeastPad = TimeSpan.FromSeconds(20);

    /// <summary>The ticks in which the new revision was there, up to the decision.</summary>
    public IEnumerable<ServiceTick> Compared => Ticks.Where(t => t.At > Rollout.BegunAt && t.At <= Decided && t.Canary is not null);

    /// <summary>Where a rollout lies in a run; null when the run keeps no ticks of its service.</summary>
    public static RolloutSpan? Of(ScenarioRun run, PlayedRollout rollout)
    {
        if (run.Services.FirstOrDefault(s => s.Service == rollout.Service) is not { Ticks: { IsDefaultOrEmpty: false } ticks })
        {
            return null;
        }

        var decided = rollout.RolledBackAt ?? LastWatched(run, rollout, ticks);
        var pad = Max(LeastPad, (decided - rollout.BegunAt) / 8);
        var (from, to) = (Max(TimeSpan.Zero, rollout.BegunAt - pad), decided + (rollout.RolledBackAt is null ? TimeSpan.Zero : 2 * pad));
        var inside = ticks.Where(t => t.At >= from && t.At <= to).ToImmutableArray();
        return inside.IsEmpty ? null : new(rollout, from, decided, inside[^1].At, inside);
    }

    private static TimeSpan LastWatched(ScenarioRun run, PlayedRollout rollout, ImmutableArray<ServiceTick> ticks)
    {
        var until = Next(run, rollout) ?? ticks[^1].At;
        if (run.Decisions.FirstOrDefault(d => d.Kind == DecisionKind.End && d.Service == rollout.Service && d.To == rollout.To && d.At > rollout.BegunAt && d.At <= until) is { } end)
        {
            return end.At;
        }

        var watched = ticks.Where(t => t.At > rollout.BegunAt && t.At <= until && t.Evidence is { Phase: not "Ended" } e && e.To == rollout.To).Select(t => t.At);
        return watched.DefaultIfEmpty(until).Max();
    }

    /// <summary>When the next rollout of the same service begins; null when there is none.</summary>
    public static TimeSpan? Next(ScenarioRun run, PlayedRollout rollout) =>
        run.Rollouts.Where(r => r.Service == rollout.Service && r.BegunAt > rollout.BegunAt).Select(r => (TimeSpan?)r.BegunAt).FirstOrDefault();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
