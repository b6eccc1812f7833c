using System.Collections.Immutable;
using Guardrail.Engine.Guarding;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Drills;

/// <summary>
/// A drill under way: the scenario is played tick by tick, and what participants do takes effect at the time at which they do it. All times count from
/// the moment at which they came in.
/// </summary>
public sealed class DrillSession : IDrillSession
{
    private readonly DrillPlan plan;
    private readonly ScenarioPlay play;
    private readonly DrillListener listener;
    private readonly ImmutableArray<ServiceWatch> watches;
    private readonly List<DrillStep> steps = [];
    private readonly List<DrillNews> news = [];
    private readonly Calm calm = new();
    private int actsTold;

    /// <summary>Plays up to where the participants come in.</summary>
    /// <param name="plan">What is drilled.</param>
    public DrillSession(DrillPlan plan)
    {
        this.plan = plan;
        listener = new(plan);
        play = new(plan.PlayedByPeople, plan.Seed, plan.Guardrail != DrillGuardrail.Off, keepTimeline: false, listener);
        var edges = EdgesOf(plan.Scenario);
        var order = plan.Scenario.Services.Select((s, i) => (s.Name, i)).ToDictionary(s => s.Name, s => s.i, StringComparer.Ordinal);
        watches = [.. play.Services.OrderByDescending(s => order[s.Service.Name]).Select(s => new ServiceWatch(new PlayedWatch(s), edges))];
        play.Begin();
        while (play.Now < plan.Begins)
        {
            play.Tick();
            Watch(isUsual: true);
        }

        listener.Take();
    }

    /// <inheritdoc/>
    public TimeSpan Now => play.Now - plan.Begins;

    /// <summary>Until when the next tick plays.</summary>
    public TimeSpan NextTick => play.NextTick - plan.Begins;

    /// <summary>Whether its whole length has been played.</summary>
    public bool IsOver => play.IsOver;

    /// <summary>Whether something bad was rolled out, none of it serves any more since a minute, and nothing is to come.</summary>
    public bool IsSettled => calm.IsSettled;

    /// <summary>What the participants see now, callers before those that they call.</summary>
    public ImmutableArray<ServiceSight> Sights => [.. watches.Select(w => w.Sight())];

    /// <summary>Commands so far, in order of time.</summary>
    public ImmutableArray<DrillStep> Steps => [.. steps];

    /// <summary>Plays the next tick.</summary>
    /// <param name="given">Commands given since its beginning and before its end, in order of time.</param>
    /// <returns>What participants get to know, in order of time.</returns>
    /// <exception cref="ArgumentException">A command comes outside of the tick.</exception>
    public ImmutableArray<DrillNews> Advance(IReadOnlyList<DrillStep> given)
    {
        var (from, to) = (Now, NextTick);
        foreach (var step in given)
        {
            if (step.At < from || step.At >= to)
            {
                throw new ArgumentException($"a command at {step.At} lies outside of the tick from {from} to {to}", nameof(given));
            }

            steps.Add(step);
            if (Act(step) is { } act)
            {
                play.Add(plan.Begins + step.At, act);
            }
        }

        play.Tick();
        news.AddRange(listener.Take());
        var acts = play.Acts;
        news.AddRange(Refusals(acts.Skip(actsTold), plan.Begins));
        actsTold = acts.Length;
        Watch(isUsual: false);
        calm.Note(Now, play.Services.Any(play.RunsBad), play.NextScripted < plan.Horizon);
        ImmutableArray<DrillNews> told = [.. news.OrderBy(n => n.At)];
        news.Clear();
        return told;
    }

    /// <summary>What Guardrail believes now.</summary>
    /// <param name="service">Of which service; null for all that are being rolled out.</param>
    public ImmutableArray<DrillNews> Ask(string? service)
    {
        if (plan.Guardrail == DrillGuardrail.Off)
        {
            return [new DrillNews.Answer(Now, service, "there is no Guardrail in this drill")];
        }

        ImmutableArray<DrillNews> answers =
        [
            .. play.Services.Where(s => service is null ? play.Fleet.Find(s.Id)?.IsChanging == true : s.Service.Name == service)
                .Select(s => new DrillNews.Answer(Now, s.Service.Name, GuardrailAnswer.Of(play.Fleet.Find(s.Id)))),
        ];
        return answers.IsEmpty ? [new DrillNews.Answer(Now, service, "nothing is being rolled out")] : answers;
    }

    /// <summary>Plays the rest without anybody, and says what came of it all.</summary>
    public DrillScore Finish()
    {
        while (!play.IsOver)
        {
            play.Tick();
        }

        return DrillScoring.Of(plan, Steps, play.End());
    }

    /// <summary>Edges of all services' latency.</summary>
    internal static ImmutableArray<double> EdgesOf(Scenario scenario) =>
        scenario.Services.Select(s => s.Profile.Latency?.Edges ?? []).FirstOrDefault(e => !e.IsEmpty, []);

    /// <summary>Whether nothing can be read of a service at a time of the scenario.</summary>
    internal static bool IsBlind(Scenario scenario, string service, TimeSpan at) =>
        scenario.Events.Any(e => e is ScenarioEvent.MetricsLost && e.IsOn(at) && (e.Service is null || e.Service == service));

    /// <summary>What is told of acts that had no effect.</summary>
    internal static IEnumerable<DrillNews> Refusals(IEnumerable<PlayedAct> acts, TimeSpan begins) =>
        acts.Where(a => !a.IsDone).Select(a => new DrillNews.Refused(a.At - begins, null, $"{a.Person}: {a.Words}"));

    /// <summary>What a command does to a service; null when it does nothing.</summary>
    internal static PersonAct? Act(DrillStep step) => step.Command switch
    {
        DrillCommand.Hold hold => new PersonAct.Hold(step.By, hold.Of),
        DrillCommand.Resume resume => new PersonAct.Resume(step.By, resume.Of),
        DrillCommand.RollBack back => new PersonAct.RollBack(step.By, back.Of, back.To),
        DrillCommand.Approve approve => new PersonAct.Approve(step.By, approve.Of),
        _ => null,
    };

    private void Watch(bool isUsual)
    {
        foreach (var (watch, service) in watches.Select(w => (w, play.Services.First(s => s.Service.Name == w.Service))))
        {
            watch.Take(play.Now, play.IsBlind(service), isUsual);
            if (!isUsual)
            {
                news.AddRange(watch.Alerts(Now));
            }
        }
    }
}
