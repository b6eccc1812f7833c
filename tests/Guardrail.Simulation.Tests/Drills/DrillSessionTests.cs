using Guardrail.Engine.Decisions;
using Guardrail.Simulation.Drills;

namespace Guardrail.Simulation.Tests.Drills;

public sealed class DrillSessionTests
{
    [Test]
    public void A_rollback_by_a_person_ends_the_harm_and_nothing_else_does()
    {
        var plan = Drilled.Plan(Drilled.BadApi);
        var (soon, _) = Drilled.Play(plan, "+3m rollback api");
        var (late, _) = Drilled.Play(plan, "+6m rollback api");
        var (never, _) = Drilled.Play(plan, "+3m page the api team");
        Assert.Multiple(() =>
        {
            Assert.That(soon.Requests.Spoilt, Is.LessThan(late.Requests.Spoilt / 2));
            Assert.That(late.Requests.Spoilt, Is.LessThan(never.Requests.Spoilt));
            Assert.That(never.Requests.Spoilt, Is.EqualTo(never.Requests.Nobody), "nobody acted, and the seed is the same");
            Assert.That(soon.Requests.Nobody, Is.EqualTo(late.Requests.Nobody));
            Assert.That(soon.Requests.GuardrailAlone, Is.LessThan(never.Requests.Nobody / 10));
        });
    }

    [Test]
    public void A_hold_keeps_a_bad_rollout_where_it_is_and_a_resume_lets_it_go_on()
    {
        var plan = Drilled.Plan(Drilled.BadApi);
        var (held, _) = Drilled.Play(plan, "+2m5s hold api");
        var (resumed, news) = Drilled.Play(plan, "+2m5s hold api\n+4m ben: resume api");
        Assert.Multiple(() =>
        {
            Assert.That(held.Requests.Spoilt, Is.LessThan(held.Requests.Nobody / 2));
            Assert.That(resumed.Requests.Spoilt, Is.GreaterThan(held.Requests.Spoilt));
            Assert.That(held.Mitigated, Is.Null, "the few new pods go on failing");
            Assert.That(resumed.Wrong, Is.EqualTo(new[] { new WrongAction(TimeSpan.FromMinutes(4), "ben", "resume api", "api v2 is bad") }));
            Assert.That(news.Select(n => n.Words), Does.Contain("held by anna").And.Contain("let go on by ben"));
        });
    }

    [Test]
    public void The_same_commands_at_the_same_times_give_the_same_drill_bit_for_bit()
    {
        var plan = Drilled.Plan(Drilled.BadApi, DrillGuardrail.On);
        const string script = "+2m12.345s hold api\n+3m rollback api\n+3m see api has errors";
        var (one, first) = Drilled.Play(plan, script);
        var (same, second) = Drilled.Play(plan, script);
        Assert.That(DrillWriter.Write(same), Is.EqualTo(DrillWriter.Write(one)));
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void Participants_see_rollouts_and_alerts_but_not_what_is_wrong_behind_them()
    {
        var (_, news) = Drilled.Play(Drilled.Plan("""
            duration: 20m
            services: {shop: {traffic: 200/s, calls: [api]}, api: {pods: 10}}
            rollouts: [{service: api, at: 5m}]
            faults: [{fault: dependencyOutage, service: api, at: 6m, for: 4m, share: 60%}, {fault: metricsLost, service: shop, at: 8m, for: 1m}]
            """), "");
        Assert.Multiple(() =>
        {
            Assert.That(news.OfType<DrillNews.Change>().Select(n => (n.Service, n.Words)), Is.EqualTo(new[] { ("api", "v2 rolled out") }));
            Assert.That(news.OfType<DrillNews.Alert>().Select(n => (n.Service, n.Words.Split(' ')[^1])), Does.Contain(("shop", "metrics")));
            Assert.That(news.OfType<DrillNews.Alert>().Where(n => n.Words.Contains(" errors ", StringComparison.Ordinal)).Select(n => n.Service), Is.SupersetOf(new[] { "api", "shop" }));
            Assert.That(news.OfType<DrillNews.AlertOver>().Select(n => n.Service), Does.Contain("api"));
        });
    }

    [Test]
    public void Asked_Guardrail_says_what_it_believes_and_touches_nothing()
    {
        var plan = Drilled.Plan("""
            duration: 20m
            services: {api: {pods: 10, traffic: 200/s}}
            rollouts: [{service: api, at: 5m, by: agent, faults: [{fault: errors, rate: 10%}]}]
            """, DrillGuardrail.Ask);
        var (score, news) = Drilled.Play(plan, "+1m ask\n+4m ask api");
        Assert.Multiple(() =>
        {
            Assert.That(news.OfType<DrillNews.Answer>().Select(n => n.Words), Has.Exactly(1).EqualTo("nothing is being rolled out").And.Exactly(1).StartsWith("v2: regressed; evidence "));
            Assert.That(news.OfType<DrillNews.Guardrail>(), Is.Empty);
            Assert.That(score.Requests.Spoilt, Is.EqualTo(score.Requests.Nobody));
            Assert.That(score.Asked, Is.EqualTo(2));
        });
    }

    [Test]
    public void Where_it_acts_Guardrail_takes_the_release_back_and_says_so()
    {
        var (score, news) = Drilled.Play(Drilled.Plan(Drilled.BadApi, DrillGuardrail.On), "");
        Assert.Multiple(() =>
        {
            Assert.That(score.Requests.Spoilt, Is.EqualTo(score.Requests.GuardrailAlone));
            Assert.That(score.Rollouts.Single().EndedBy!.By, Is.EqualTo("Guardrail"));
            Assert.That(news.OfType<DrillNews.Guardrail>().Select(n => n.Decision), Does.Contain(DecisionKind.RollBack));
        });
    }

    [Test]
    public void What_a_person_holds_Guardrail_neither_resumes_nor_takes_back()
    {
        var (score, news) = Drilled.Play(Drilled.Plan(Drilled.BadApi, DrillGuardrail.On), "+2m2s hold api");
        Assert.Multiple(() =>
        {
            Assert.That(news.OfType<DrillNews.Guardrail>().Select(n => n.Decision), Has.None.EqualTo(DecisionKind.Resume).And.None.EqualTo(DecisionKind.RollBack));
            Assert.That(score.Rollouts.Single().EndedBy, Is.Null);
        });
    }

    [Test]
    public void What_cannot_be_done_is_refused_with_the_reason()
    {
        var (_, news) = Drilled.Play(Drilled.Plan(Drilled.BadApi), """
            +30s approve
            +40s rollback mail
            +50s resume mail
            +3m rollback api v9
            +4m rollback api
            +5m ben: rollback api
            +6m hold api
            +6m10s hold api
            """);
        Assert.That(news.OfType<DrillNews.Refused>().Select(n => n.Words), Is.EqualTo(new[]
        {
            "anna: nothing has been rolled out yet",
            "anna: mail has run v1 from the beginning: there is nothing to go back to",
            "anna: mail is not held",
            "anna: api has no revision v9; it has v1, v2",
            "ben: api is at v1 already",
            "anna: api is held already",
        }));
    }

    [Test]
    public void GitOps_writes_the_bad_revision_back_unless_the_Deployment_is_held()
    {
        const string fight = Drilled.BadApi + "\nfaults: [{fault: gitOpsFight, service: api, at: 0s, after: 60s, manager: argocd-controller}]";
        var (lost, _) = Drilled.Play(Drilled.Plan(fight), "+3m rollback api");
        var (won, _) = Drilled.Play(Drilled.Plan(fight), "+3m rollback api\n+3m50s hold api");
        Assert.Multiple(() =>
        {
            Assert.That(lost.Mitigated, Is.Null);
            Assert.That(lost.Rollouts, Has.Length.EqualTo(2));
            Assert.That(won.Mitigated, Is.Not.Null);
            Assert.That(won.Wrong, Is.Empty, "holding what was bad is not wrong");
        });
    }

    [Test]
    public void It_is_over_by_itself_a_minute_after_nothing_bad_serves_any_more()
    {
        var plan = Drilled.Plan(Drilled.BadApi);
        var (_, ended) = DrillReplay.Play(plan, Drilled.Steps(plan, "+3m rollback api"));
        var (_, never) = DrillReplay.Play(plan, []);
        Assert.That(ended, Is.InRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5)));
        Assert.That(never, Is.EqualTo(plan.Length));
    }

    [Test]
    public void A_command_outside_of_the_tick_is_refused()
    {
        var session = new DrillSession(Drilled.Plan(Drilled.BadApi));
        Assert.That(() => session.Advance([new(session.NextTick, "anna", new DrillCommand.Hold("api"))]), Throws.ArgumentException);
    }

    [Test]
    public void Participants_come_in_one_to_three_minutes_before_anything_happens_and_the_seed_says_when()
    {
        var scenario = Guardrail.Simulation.Scenarios.ScenarioLibrary.Load("march-checkout-outage")!;
        var begins = Enumerable.Range(1, 50).Select(seed => DrillPlan.BeginOf(scenario, (ulong)seed)).ToArray();
        var first = TimeSpan.FromMinutes(20);
        Assert.That(begins.Select(b => first - b), Is.All.InRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(185)));
        Assert.That(begins.Distinct().Count(), Is.GreaterThan(10));
        Assert.That(DrillPlan.LengthOf(scenario, TimeSpan.FromHours(5.9), TimeSpan.FromHours(1)), Is.EqualTo(TimeSpan.FromMinutes(6)));
    }
}
