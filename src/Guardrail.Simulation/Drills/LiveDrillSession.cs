using System.Collections.Immutable;
using Guardrail.Engine.Rollouts;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Drills;

/// <summary>
/// A drill in a cluster: time goes on by itself, what participants do is written to their Deployments as kubectl writes it, and Guardrail is the
/// daemon. Such a drill does not come out the same twice.
/// </summary>
/// <param name="plan">What is drilled, of a scenario that begins where the participants come in.</param>
/// <param name="play">The play, whose time counts already.</param>
/// <param name="listener">What the play tells.</param>
public sealed class LiveDrillSession(DrillPlan plan, LivePlay play, LiveDrillListener listener) : IDrillSession
{
    /// <summary>Distance between two looks at what was typed: a second.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>How long everything counts as usual at the beginning: less than before anything happens.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(45);

    private readonly ImmutableArray<ServiceWatch> watches =
        [.. play.Services.Reverse().Select(s => new ServiceWatch(new LiveWatch(s), DrillSession.EdgesOf(plan.Scenario)))];

    private readonly Calm calm = new();
    private readonly List<DrillStep> steps = [];
    private TimeSpan watchedAt;
    private int actsTold;

    /// <inheritdoc/>
    public TimeSpan Now { get; private set; }

    /// <inheritdoc/>
    public TimeSpan NextTick => Now + Step < plan.Length ? Now + Step : plan.Length;

    /// <inheritdoc/>
    public bool IsOver => Now >= plan.Length;

    /// <inheritdoc/>
    public bool IsSettled => calm.IsSettled;

    /// <inheritdoc/>
    public ImmutableArray<ServiceSight> Sights => [.. watches.Select(w => w.Sight())];

    /// <inheritdoc/>
    public ImmutableArray<DrillStep> Steps => [.. steps];

    /// <inheritdoc/>
    public ImmutableArray<DrillNews> Advance(IReadOnlyList<DrillStep> given)
    {
        foreach (var step in given)
        {
            steps.Add(step);
            if (DrillSession.Act(step) is { } act)
            {
                play.Add(act);
            }
        }

        Now = NextTick;
        var news = listener.Take();
        var acts = play.Acts;
        news.AddRange(DrillSession.Refusals(acts.Skip(actsTold), plan.Begins));
        actsTold = acts.Length;
        if (Now - watchedAt >= plan.Scenario.Observe.Interval)
        {
            watchedAt = Now;
            Watch(news);
        }

        return [.. news.OrderBy(n => n.At)];
    }

    /// <inheritdoc/>
    public ImmutableArray<DrillNews> Ask(string? service)
    {
        ImmutableArray<DrillNews> answers =
        [
            .. listener.Answers.Concat(play.Sights.Select(Belief)).Where(a => service is null ? a.IsChanging : a.Service == service)
                .Select(a => new DrillNews.Answer(Now, a.Service, a.Rollout is { } rollout ? play.Named(rollout, a.Words) : a.Words)),
        ];
        return plan.Guardrail == DrillGuardrail.Off ? [new DrillNews.Answer(Now, service, "there is no Guardrail in this drill")]
            : answers.IsEmpty ? [new DrillNews.Answer(Now, service, "nothing is being rolled out")]
            : answers;
    }

    /// <summary>How it went. Requests are counted up to now, for time does not go on without the participants.</summary>
    /// <param name="run">What came of the play.</param>
    public DrillScore Score(ScenarioRun run) => DrillScoring.Of(plan with { Length = Now }, Steps, run);

    private static GuardrailBelief Belief(RolloutSight sight) => new(
        sight.Id.Workload.Name, sight.Phase is not RolloutPhase.Ended, sight.Id, $"{sight.Phase.Name}, {sight.Verdict.Name}: {sight.Verdict.Reason}");

    private void Watch(List<DrillNews> news)
    {
        foreach (var watch in watches)
        {
            watch.Take(Now, DrillSession.IsBlind(plan.Scenario, watch.Service, Now), isUsual: Now <= Usual);
            if (Now > Usual)
            {
                news.AddRange(watch.Alerts(Now));
            }
        }

        var (isToCome, isBad) = play.Outlook;
        calm.Note(Now, isBad, isToCome);
    }
}
