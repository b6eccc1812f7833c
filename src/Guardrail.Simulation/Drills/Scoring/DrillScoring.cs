using System.Collections.Immutable;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Drills;

/// <summary>Scores a drill: by what really happened to users, and by two plays of the same seed, one by Guardrail alone and one by nobody.</summary>
internal static class DrillScoring
{
    /// <summary>How long no request must have been spoilt at the end for it to count as mitigated.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);

    public static DrillScore Of(DrillPlan plan, ImmutableArray<DrillStep> steps, ScenarioRun run)
    {
        var alone = new ScenarioPlay(plan.Played, plan.Seed, isGuarded: true, keepTimeline: false, listener: null).Run();
        var nobody = new ScenarioPlay(plan.Played, plan.Seed, isGuarded: false, keepTimeline: false, listener: null).Run();
        ImmutableArray<PlayedRollout> bad = [.. run.Rollouts.Where(r => !r.IsHealthy)];
        var score = new DrillScore
        {
            Trouble = DrillTrouble.None,
            Wrong = WrongActions.Of(run.Acts, plan.Begins),
            Rollouts = [.. run.Rollouts.Select(r => Of(r, run, plan))],
            Paged = [.. steps.Select(s => s.Command).OfType<DrillCommand.Page>().Select(p => p.Whom)],
            Asked = steps.Count(s => s.Command is DrillCommand.Ask),
            Requests = new(run.Truth.Requests, run.Truth.BadRequests, alone.Truth.BadRequests, nobody.Truth.BadRequests),
        };
        return bad.IsEmpty ? Elsewhere(score, plan, steps) : Rollout(score, plan, steps, run, bad);
    }

    private static DrillScore Rollout(DrillScore score, DrillPlan plan, ImmutableArray<DrillStep> steps, ScenarioRun run, ImmutableArray<PlayedRollout> bad)
    {
        var hurtAt = bad.Min(r => r.FirstBadAt) - plan.Begins;
        var act = run.Acts.FirstOrDefault(a => a is { IsDone: true, IsBad: true, IsToBad: false, Kind: PersonActKind.Hold or PersonActKind.RollBack });
        var decided = act is null ? null : Reached(act.At - plan.Begins, hurtAt, act.Person, $"{act.Service}: {act.Words}");
        var seen = steps.FirstOrDefault(s => s.Command is DrillCommand.See see && s.At >= bad.Min(r => r.BegunAt) - plan.Begins
            && SeenTexts.Names(see.Text, plan.Scenario.Services.Select(x => x.Name), Hurt(s.At + plan.Begins)));
        return score with
        {
            Trouble = DrillTrouble.Rollout,
            HurtAt = hurtAt,
            Detected = seen is not null && !(decided?.At < seen.At) ? Reached(seen.At, hurtAt, seen.By, seen.Command.Words) : decided,
            Decided = decided,
            Mitigated = Mitigated(score, bad, hurtAt, plan),
        };

        HashSet<string> Hurt(TimeSpan at) =>
            [.. bad.Where(r => r.BegunAt <= at).Select(r => r.Service), .. run.HurtAt.Where(h => h.Value <= at).Select(h => h.Key)];
    }

    private static DrillMilestone? Mitigated(DrillScore score, ImmutableArray<PlayedRollout> bad, TimeSpan? hurtAt, DrillPlan plan)
    {
        if (hurtAt is null || bad.Max(r => r.LastBadAt) is not { } last || last + Quiet > plan.Horizon)
        {
            return null;
        }

        var ends = score.Rollouts.Where(r => !r.IsHealthy).Select(r => r.EndedBy).OfType<DrillMilestone>().ToArray();
        return Reached(last - plan.Begins, hurtAt, string.Join(", ", ends.Select(e => e.By).Distinct()), "the last spoilt request");
    }

    /// <summary>Nothing that was rolled out is bad: either nothing is wrong, or it comes from elsewhere, and whoever sees it can only page.</summary>
    private static DrillScore Elsewhere(DrillScore score, DrillPlan plan, ImmutableArray<DrillStep> steps)
    {
        ScenarioEvent[] hurting =
        [
            .. plan.Scenario.Events.Where(e => e.At < plan.Horizon
                && e is ScenarioEvent.ServiceFault or ScenarioEvent.ConfigCorrupted or ScenarioEvent.Recreated or ScenarioEvent.ScaledToZero or ScenarioEvent.MetricsLost),
        ];
        if (hurting.Length == 0)
        {
            return score;
        }

        var hurtAt = hurting[0].At - plan.Begins;
        var hurt = Concerned(plan.Scenario, hurting);
        var seen = steps.FirstOrDefault(s => s.At >= hurtAt && s.Command is DrillCommand.See see
            && SeenTexts.Names(see.Text, plan.Scenario.Services.Select(x => x.Name), hurt));
        var paged = steps.FirstOrDefault(s => s.At >= hurtAt && s.Command is DrillCommand.Page);
        var first = seen is null || paged?.At < seen.At ? paged : seen;
        return score with
        {
            Trouble = DrillTrouble.Elsewhere,
            HurtAt = hurtAt,
            Detected = first is null ? null : Reached(first.At, hurtAt, first.By, first.Command.Words),
            Decided = paged is null ? null : Reached(paged.At, hurtAt, paged.By, paged.Command.Words),
        };
    }

    /// <summary>The services that events hit, and all that call them, directly or not.</summary>
    private static HashSet<string> Concerned(Scenario scenario, ScenarioEvent[] hurting)
    {
        var hurt = hurting.Any(e => e.Service is null)
            ? scenario.Services.Select(s => s.Name).ToHashSet(StringComparer.Ordinal)
            : hurting.Select(e => e.Service!).ToHashSet(StringComparer.Ordinal);

        // Services come after those that they call, so one pass finds all callers.
        foreach (var service in scenario.Services.Where(s => s.Calls.Any(c => hurt.Contains(c.Service))))
        {
            hurt.Add(service.Name);
        }

        return hurt;
    }

    private static DrilledRollout Of(PlayedRollout rollout, ScenarioRun run, DrillPlan plan)
    {
        var person = run.Acts.FirstOrDefault(a =>
            a is { IsDone: true, Kind: PersonActKind.RollBack } && a.Service == rollout.Service && a.Revision == rollout.To && a.At >= rollout.BegunAt);
        var guardrail = plan.Guardrail == DrillGuardrail.On ? rollout.RolledBackAt : null;
        var from = rollout.FirstBadAt - plan.Begins;
        return new()
        {
            Service = rollout.Service,
            From = rollout.From,
            To = rollout.To,
            IsHealthy = rollout.IsHealthy,
            BegunAt = rollout.BegunAt - plan.Begins,
            FirstBadAt = from,
            LastBadAt = rollout.LastBadAt - plan.Begins,
            EndedBy = guardrail is { } at && !(person?.At < at) ? Reached(at - plan.Begins, from, "Guardrail", "rollback")
                : person is null ? null : Reached(person.At - plan.Begins, from, person.Person, "rollback"),
            BadRequests = rollout.BadRequests,
        };
    }

    private static DrillMilestone Reached(TimeSpan at, TimeSpan? from, string by, string what) =>
        new(at, from is { } hurt && at > hurt ? at - hurt : TimeSpan.Zero, by, what);
}
