using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Safety;

public sealed class TrendFreezeTests
{
    private const double Day = 24 * 60;
    private static readonly RollbackEntry[] ThreeByAgents = [.. Enumerable.Range(0, 3).Select(i => Rollbacks.At(-Day * (i + 1), $"w{i}", by: ChangeAuthor.Agent))];

    [Test]
    public void Three_rolled_back_changes_of_agents_in_a_week_freeze_and_the_reason_counts_them() =>
        Assert.That(
            TrendFreeze.Of(Rollbacks.Ledger(ThreeByAgents), Rollbacks.Policy(), Scenario.Start),
            Does.StartWith("3 changes made by agents under policy shop/shop were rolled back in the last 7 days, the last one on 2026-03-04 12:00 UTC (shop/w0)"));

    [Test]
    public void Changes_of_people_and_of_nobody_known_do_not_freeze() =>
        Assert.That(
            TrendFreeze.Of(
                Rollbacks.Ledger(
                [
                    ThreeByAgents[0], ThreeByAgents[1], Rollbacks.At(-1, "a", by: ChangeAuthor.Human), Rollbacks.At(-2, "b"),
                ]),
                Rollbacks.Policy(),
                Scenario.Start),
            Is.Null);

    [Test]
    public void Another_policy_is_not_frozen() =>
        Assert.That(
            TrendFreeze.Of(Rollbacks.Ledger(ThreeByAgents.Select(e => e with { Policy = "shop/other" })), Rollbacks.Policy(), Scenario.Start), Is.Null);

    [TestCase(4.1, true)]
    [TestCase(3.9, true)]
    [TestCase(5, false)]
    public void It_ends_when_the_window_has_passed(double daysLater, bool isFrozen) =>
        Assert.That(
            TrendFreeze.Of(Rollbacks.Ledger(ThreeByAgents), Rollbacks.Policy(), Scenario.Start.AddDays(daysLater - 0.5)) is not null, Is.EqualTo(isFrozen));

    [Test]
    public void A_person_who_lifts_it_forgives_what_was_until_then()
    {
        var lifted = Rollbacks.Policy(freeze: new() { LiftedAt = Scenario.Start.AddDays(-1.5) });

        Assert.That(TrendFreeze.Of(Rollbacks.Ledger(ThreeByAgents), lifted, Scenario.Start), Is.Null);
    }

    [Test]
    public void A_frozen_rollout_is_held_and_a_person_called_once_until_the_freeze_is_lifted()
    {
        var scenario = Frozen(ChangeAuthor.Agent);
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);
        scenario.Run(300);

        Assert.That(scenario.Cluster.Paused, "longer than the longest hold");
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.Held>().With.Property("Cause").EqualTo(HoldCause.Frozen));
        Assert.That(scenario.Decisions.Where(d => d.Kind == DecisionKind.Page).Select(d => d.Reason), Has.One.Contains("made by an agent; 3 changes made by agents"));
        Assert.That(scenario.Outcome, Is.Null);

        scenario.RestartFromSnapshot(s => s, Scenario.Enforcing with { Freeze = new() { LiftedAt = scenario.Cluster.Now } });
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 80);
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));
    }

    [TestCase(ChangeAuthor.Human)]
    [TestCase(ChangeAuthor.Unknown)]
    public void What_a_person_made_is_not_frozen(ChangeAuthor author)
    {
        var scenario = Frozen(author);
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 80);

        Assert.That(scenario.Count(DecisionKind.Page), Is.Zero);
    }

    [Test]
    public void A_frozen_rollout_that_a_person_resumes_goes_on()
    {
        var scenario = Frozen(ChangeAuthor.Agent);
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);
        scenario.Run(3).Cluster.ResumeByPerson();
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 80);

        Assert.That(scenario.Count(DecisionKind.Hold), Is.EqualTo(1));
    }

    [Test]
    public void A_frozen_rollout_that_is_bad_is_rolled_back()
    {
        var scenario = Frozen(ChangeAuthor.Agent, Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 30);
    }

    [Test]
    public void Rollbacks_of_an_agents_changes_add_up_to_a_freeze()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Storm = new() { Rollbacks = 100 } });
        scenario.Safety.FleetLimit = new() { Rollbacks = 100 };
        scenario.Cluster.MadeBy = ChangeAuthor.Agent;
        scenario.Run(24);
        for (var i = 2; i < 5; i++)
        {
            scenario.Cluster.Deploy(Release.Bad($"v{i}"));
            scenario.Tick();
            scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
            scenario.Run(10);
        }

        scenario.Cluster.Deploy(Release.Good("v5"));
        scenario.Run(100);

        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.Held>());
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("3 changes made by agents"));
    }

    private static Scenario Frozen(ChangeAuthor author, Release? release = null)
    {
        var scenario = new Scenario();
        scenario.Safety.Restore(ThreeByAgents);
        scenario.Cluster.MadeBy = author;
        scenario.Run(24).Cluster.Deploy(release ?? Release.Good("v2"));
        return scenario;
    }
}
