using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Scenarios.Reports;

namespace Guardrail.Simulation.Tests.Scenarios.Reports;

public sealed class RolloutSeriesTests
{
    [Test]
    public void Says_what_both_revisions_served_and_when_the_evidence_reached_the_threshold()
    {
        var run = ScenarioPlayer.Play(ScenarioLibrary.Load("march-checkout-outage")!, 1, new() { Timeline = true }).Guarded;
        var series = RolloutSeries.Of(run);
        var session = series.Single(s => s.Service == "session");
        var ticks = run.Services.Single(s => s.Service == "session").Ticks;
        var last = session.At.Length - 1;
        var decided = session.At.IndexOf(session.DecidedAt);
        Assert.Multiple(() =>
        {
            Assert.That(series.Select(s => s.Service), Is.EqualTo(run.Rollouts.Select(r => r.Service)));
            Assert.That(session.DecidedAt, Is.EqualTo(run.Rollouts.Single(r => r.Service == "session").RolledBackAt));
            Assert.That(session.Canary.Requests[last], Is.EqualTo(ticks.Where(t => t.At <= session.DecidedAt).Sum(t => t.Canary?.Requests ?? 0)));
            Assert.That(session.Canary.Errors[last], Is.GreaterThan(10 * session.Control.Errors[last]));
            Assert.That(session.Control.Requests[0], Is.Zero, "counted from the first request of the new revision on");
            Assert.That(session.Canary.Lower[last], Is.GreaterThan(session.Control.Upper[last]!));
            Assert.That(session.Evidence[decided], Is.GreaterThanOrEqualTo(session.RollBackAt[decided]!));
            Assert.That(session.Evidence.Take(decided).Where(e => e is not null), Is.All.LessThan(session.RollBackAt[decided]!));
            Assert.That(session.Canary.Pods[0], Is.Zero);
            Assert.That(session.Control.Pods[0], Is.EqualTo(6));
        });
    }

    [Test]
    public void Is_bounded_however_long_a_rollout_is_watched_and_keeps_the_strongest_evidence_and_all_counts()
    {
        var scenario = Samples.Read("""
            duration: 3h
            services: {web: {pods: 4, traffic: 20/s}}
            rollouts: [{service: web, at: 5m}]
            policy: {bake: 2h}
            """);
        var run = ScenarioPlayer.Play(scenario, 1, new() { Timeline = true }).Guarded;
        var series = RolloutSeries.Of(run).Single();
        var watched = run.Services.Single().Ticks.Where(t => t.Evidence is not null && t.At <= series.At[^1]).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(watched, Has.Count.GreaterThan(2 * RolloutSeries.MostMoments));
            Assert.That(series.At, Has.Length.InRange(RolloutSeries.MostMoments / 4, RolloutSeries.MostMoments));
            Assert.That(series.At, Is.Ordered.And.Unique);
            Assert.That(series.Evidence.Max(), Is.EqualTo(watched.Max(t => t.Evidence!.Log)).Within(1e-4));
            Assert.That(series.Canary.Requests[^1], Is.EqualTo(run.Services.Single().Ticks.Where(t => t.At <= series.DecidedAt).Sum(t => t.Canary?.Requests ?? 0)));
        });
    }

    [Test]
    public void There_is_none_without_a_timeline() =>
        Assert.That(RolloutSeries.Of(ScenarioPlayer.Play(ScenarioLibrary.Load("tail-latency")!, 1).Guarded), Is.Empty);

    [Test]
    public void Without_Guardrail_a_young_rollout_is_read_as_often_as_with_it_however_quiet_the_rest()
    {
        var run = ScenarioPlayer.Play(ScenarioLibrary.Load("four-incidents-in-a-week")!, 1, new() { Timeline = true, Unguarded = true }).Unguarded!;
        var begun = run.Rollouts[0].BegunAt;
        var ticks = run.Services.Single(s => s.Service == "session").Ticks;
        Assert.Multiple(() =>
        {
            Assert.That(ticks.Count(t => t.At > begun && t.At <= begun + PeerPlays.Longest), Is.EqualTo(720));
            Assert.That(ticks.Count(t => t.At > begun + TimeSpan.FromHours(2) && t.At <= begun + TimeSpan.FromHours(4)), Is.EqualTo(12));
        });
    }
}
