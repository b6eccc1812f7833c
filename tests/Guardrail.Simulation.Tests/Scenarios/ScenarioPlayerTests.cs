using System.Diagnostics;
using Guardrail.Engine.Decisions;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Tests.Scenarios;

public sealed class ScenarioPlayerTests
{
    private static readonly TimeSpan At10 = TimeSpan.FromMinutes(10);

    [Test]
    public void The_same_seed_gives_the_same_run_and_another_one_does_not()
    {
        var scenario = ScenarioLibrary.Load("quiet-release")!;
        var (one, same, other) = (ScenarioPlayer.Play(scenario, 7), ScenarioPlayer.Play(scenario, 7), ScenarioPlayer.Play(scenario, 8));
        Assert.Multiple(() =>
        {
            Assert.That(same.Guarded.Decisions, Is.EqualTo(one.Guarded.Decisions));
            Assert.That(same.Guarded.Truth, Is.EqualTo(one.Guarded.Truth));
            Assert.That(other.Guarded.Truth, Is.Not.EqualTo(one.Guarded.Truth));
        });
    }

    [Test]
    public void What_is_said_of_an_earlier_rollout_is_not_taken_for_the_later_one_of_the_same_revision()
    {
        var run = ScenarioPlayer.Play(Samples.Read("""
            duration: 6m
            services: {web: {pods: 4, traffic: 100/s, startUp: 5s}}
            rollouts: [{service: web, at: 1m, faults: [{fault: crashLoop, runsFor: 8s}]}]
            faults: [{fault: gitOpsFight, service: web, at: 0s, after: 20s}]
            """), 1).Guarded;
        Assert.Multiple(() =>
        {
            Assert.That(run.Decisions.Select(d => d.Kind), Has.Some.EqualTo(DecisionKind.CureUnknown), "it is said when the second rollout has begun");
            Assert.That(run.Rollouts.Select(r => r.Action), Is.EqualTo(new[] { ExpectedAction.RollBack, ExpectedAction.RollBack, ExpectedAction.Contested }));
        });
    }

    [Test]
    public void Without_Guardrail_nothing_is_decided_and_more_is_spoilt()
    {
        var result = ScenarioPlayer.Play(ScenarioLibrary.Load("two-bad-in-a-row")!, 1, new() { Unguarded = true });
        Assert.Multiple(() =>
        {
            Assert.That(result.Unguarded!.Decisions, Is.Empty);
            Assert.That(result.Unguarded.Truth.BadRequests, Is.GreaterThan(10 * result.Guarded.Truth.BadRequests));
            Assert.That(result.Saved, Is.EqualTo(result.Unguarded.Truth.BadRequests - result.Guarded.Truth.BadRequests));
        });
    }

    [Test]
    public void A_timeline_adds_up_to_the_truth()
    {
        var run = ScenarioPlayer.Play(ScenarioLibrary.Load("gitops-fight")!, 3, new() { Timeline = true }).Guarded;
        var ticks = run.Services.Single().Ticks;
        Assert.Multiple(() =>
        {
            Assert.That(ticks.Sum(t => t.Control.Requests + (t.Canary?.Requests ?? 0) + t.Unserved), Is.EqualTo(run.Truth.Requests));
            Assert.That(ticks.Sum(t => t.Control.Errors + (t.Canary?.Errors ?? 0)), Is.EqualTo(run.Truth.Errors));
            Assert.That(ticks.Sum(t => t.BadRequests), Is.EqualTo(run.Truth.BadRequests).Within(ticks.Length));
            Assert.That(ticks.Where(t => t.At < At10).Select(t => t.Canary), Has.All.Null);
            Assert.That(ticks.Last(t => t.Evidence is not null).Evidence!.RollBackAt, Is.GreaterThan(ticks.Last(t => t.Evidence is not null).Evidence!.HoldAt));
            Assert.That(ticks.All(t => t.Control.Slower.Length == run.LatencyEdges.Length), Is.True);
        });
    }

    [Test]
    public void What_fails_at_a_service_fails_its_callers_and_is_laid_to_the_rollout()
    {
        var scenario = Samples.Read("""
            duration: 15m
            services: {shop: {traffic: 200/s, errors: 0%, calls: [api]}, api: {errors: 0%, calls: [store]}, store: {errors: 0%}}
            rollouts: [{service: store, at: 5m, faults: [{fault: errors, rate: 10%}]}]
            """);
        var run = ScenarioPlayer.Play(scenario, 1, new() { Unguarded = true, Timeline = true }).Unguarded!;
        var last = run.Services.Select(s => (s.Service, Tick: s.Ticks[^1])).ToDictionary(s => s.Service, s => s.Tick);
        double Share(string service) => run.Services.Single(s => s.Service == service).Ticks.Where(t => t.At > At10)
            .Sum(t => (double)(t.Control.Errors + (t.Canary?.Errors ?? 0))) / run.Services.Single(s => s.Service == service).Ticks.Where(t => t.At > At10)
            .Sum(t => t.Control.Requests + (t.Canary?.Requests ?? 0));
        Assert.Multiple(() =>
        {
            Assert.That(Share("store"), Is.EqualTo(0.1).Within(0.005));
            Assert.That(Share("api"), Is.EqualTo(0.1).Within(0.005));
            Assert.That(Share("shop"), Is.EqualTo(0.1).Within(0.005));
            Assert.That(run.Rollouts.Single().BadRequests, Is.EqualTo(run.Truth.Errors).Within(3), "every error here is the rollout's doing");
            Assert.That(last["api"].Control.Requests, Is.EqualTo(1000).Within(400), "callers send as many as they get");
        });
    }

    [Test]
    public void Broken_sessions_show_at_the_callers_only_and_impact_takes_the_release_back()
    {
        const string body = """
            duration: 25m
            services: {frontend: {pods: 6, traffic: 200/s, calls: [session]}, session: {pods: 4}}
            rollouts: [{service: session, at: 10m, faults: [{fault: sessionBreakage, share: 60%}]}]
            policy: {pacing: {enabled: true, stepDuration: 5m}, impact: [{workload: frontend, signal: errors}]}
            """;
        var watching = ScenarioPlayer.Play(Samples.Read(body), 1, new() { Timeline = true }).Guarded;
        var session = watching.Services.Single(s => s.Service == "session").Ticks;
        Assert.Multiple(() =>
        {
            Assert.That(session.Sum(t => t.Canary?.Errors ?? 0), Is.LessThan(0.005 * session.Sum(t => t.Canary?.Requests ?? 0)));
            Assert.That(watching.Rollouts.Single().Action, Is.EqualTo(ExpectedAction.RollBack));
            Assert.That(watching.Rollouts.Single().Reason, Does.Contain("frontend"));
        });
    }

    [Test]
    public void A_release_is_not_blamed_for_a_dependency_that_failed_first()
    {
        var run = ScenarioPlayer.Play(ScenarioLibrary.Load("dependency-outage")!, 1).Guarded;
        Assert.That(run.Decisions.Select(d => d.Kind), Does.Not.Contain(DecisionKind.RollBack));
        Assert.That(run.Decisions.Single(d => d.Kind == DecisionKind.Page).Reason, Does.Contain("payments"));
    }

    [Test]
    public void Missing_prices_sell_nothing_but_fail_no_caller()
    {
        var scenario = Samples.Read("""
            duration: 20m
            services: {shop: {traffic: 200/s, errors: 0%, orders: 50%, calls: [pricing]}, pricing: {errors: 0%}}
            rollouts: [{service: pricing, at: 5m, faults: [{fault: priceErrors, rate: 40%}]}]
            """);
        var run = ScenarioPlayer.Play(scenario, 1, new() { Unguarded = true, Timeline = true }).Unguarded!;
        var ticks = run.Services.Single(s => s.Service == "shop").Ticks;
        Assert.That(ticks.Sum(t => t.Control.Errors), Is.Zero);
        Assert.That(ticks.Where(t => t.At > At10).Sum(t => t.BadRequests), Is.EqualTo(200 * 600 * 0.5 * 0.4).Within(10).Percent, "orders lost");
    }

    [TestCase("crashLoop, runsFor: 15s", "crash loop")]
    [TestCase("outOfMemory, runsFor: 40s", "")]
    [TestCase("requestsVanish, share: 95%", "")]
    public void Takes_back_what_breaks_pods(string fault, string reason)
    {
        var scenario = Samples.Read($$"""
            duration: 30m
            services: {other: {traffic: 50/s}, checkout: {pods: 8, traffic: 100/s} }
            rollouts: [{service: checkout, at: 10m, faults: [{fault: {{fault}} }] }]
            policy: {pacing: {enabled: true, stepDuration: 10m} }
            """);
        var rollout = ScenarioPlayer.Play(scenario, 1).Guarded.Rollouts.Single();
        Assert.That(rollout.Action, Is.EqualTo(ExpectedAction.RollBack));
        Assert.That(rollout.Reason, Does.Contain(reason));
    }

    [Test]
    public void Takes_back_pods_that_never_become_ready_when_the_progress_deadline_is_over()
    {
        var scenario = Samples.Read("""
            duration: 30m
            services: {checkout: {pods: 4, traffic: 100/s}}
            rollouts: [{service: checkout, at: 5m, faults: [{fault: neverReady}]}]
            """);
        var rollout = ScenarioPlayer.Play(scenario, 1).Guarded.Rollouts.Single();
        Assert.That(rollout.RolledBackAt, Is.EqualTo(TimeSpan.FromMinutes(15)).Within(TimeSpan.FromSeconds(5)));
    }

    [TestCase("{fault: counterReset, at: 11m}")]
    [TestCase("{fault: scrapeGaps, at: 10m30s, for: 5m, share: 30%}")]
    [TestCase("{fault: metricsLost, service: checkout, at: 10m30s, for: 3m}")]
    [TestCase("{fault: scaleToZero, service: checkout, at: 24m, for: 2m}")]
    [TestCase("{fault: deleteAndRecreate, service: checkout, at: 24m, downFor: 2m}")]
    public void Does_not_blame_a_good_release_for(string fault)
    {
        var scenario = Samples.Read($$"""
            duration: 35m
            services: {other: {traffic: 50/s}, checkout: {pods: 8, traffic: 100/s} }
            rollouts: [{service: checkout, at: 10m}]
            faults: [{{fault}}]
            policy: {pacing: {enabled: true} }
            """);
        var run = ScenarioPlayer.Play(scenario, 1).Guarded;
        Assert.That(run.Rollouts.Single().Action, Is.LessThan(ExpectedAction.RollBack));
        Assert.That(run.Decisions.Select(d => d.Kind), Does.Not.Contain(DecisionKind.RollBack));
    }

    [Test]
    public void Requests_that_find_no_pod_are_unserved()
    {
        var scenario = Samples.Read("""
            duration: 20m
            services: {checkout: {pods: 3, traffic: {rate: 100/s, noise: 0%}}}
            faults: [{fault: scaleToZero, at: 5m, for: 5m}]
            """);
        var run = ScenarioPlayer.Play(scenario, 1).Guarded;
        Assert.That(run.Truth.Unserved, Is.EqualTo(100 * 310).Within(3).Percent, "and ten seconds until the pods are ready again");
    }

    [Test]
    public void An_expected_rollout_that_never_began_is_not_met()
    {
        var result = ScenarioPlayer.Play(Samples.Read("""
            duration: 5m
            services: {checkout: {traffic: 10/s}}
            expect: {rollouts: [{service: checkout, action: None}]}
            """), 1);
        Assert.That(result.IsMet, Is.False);
    }

    [Test]
    public void Many_runs_count_false_rollbacks_with_their_interval()
    {
        var runs = ManyRuns.Play(ScenarioLibrary.Load("cold-start")!, 1, 3, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That((runs.HealthyRollouts, runs.FalseRollbacks), Is.EqualTo((3, 0)));
            Assert.That(runs.FalseRollbackRate!.Value.Upper, Is.EqualTo(1 - Math.Pow(0.025, 1.0 / 3)).Within(1e-6));
            Assert.That(runs.Rollouts.Single().Plays, Is.EqualTo(3));
        });
    }

    [Test]
    [Category("Slow")]
    public void Six_hours_of_the_march_outage_take_two_seconds_of_a_processor_at_most()
    {
        var scenario = ScenarioLibrary.Load("march-checkout-outage")!;
        Assert.That(scenario.Services.Sum(s => s.Pods), Is.EqualTo(60));
        ScenarioPlayer.Play(scenario with { Duration = TimeSpan.FromMinutes(40) }, 1);
        Assert.That(ProcessorSeconds(() => ScenarioPlayer.Play(scenario, 1)), Is.LessThanOrEqualTo(2));
    }

    /// <summary>Processor time of this thread's work: other tests and programs on the machine are not to count.</summary>
    private static double ProcessorSeconds(Action work)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 2; i++)
        {
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            work();
            process.Refresh();
            best = Math.Min(best, (process.TotalProcessorTime - before).TotalSeconds);
        }

        return best;
    }
}
