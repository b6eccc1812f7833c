using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>What follows from what became of an action.</summary>
public sealed class ActionOutcomeTests
{
    [Test]
    public void A_failed_rollback_is_asked_for_again_after_a_pause_under_the_same_decision()
    {
        var asked = new List<DateTimeOffset>();
        var scenario = new Scenario();
        scenario.Interfere = a =>
        {
            if (a is WorkloadAction.RollBack)
            {
                asked.Add(scenario.Cluster.Now);
            }

            return a is WorkloadAction.RollBack && asked.Count <= 5 ? new ActionOutcome.Failed("the API server answered 500") : null;
        };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 60);

        var rollbacks = scenario.Decisions.Where(d => d.Kind == DecisionKind.RollBack).ToList();
        Assert.That(rollbacks.Select(d => d.Id.Value).Distinct(), Is.EqualTo(["rollback-v2-2"]));
        Assert.That(rollbacks.Select(d => d.IsRetry), Is.EqualTo([false, true, true, true, true, true]));
        Assert.That(asked.Zip(asked.Skip(1), (a, b) => (b - a).TotalSeconds), Is.EqualTo([5, 5, 10, 20, 35]));
        Assert.That(scenario.Cluster.Writes.Count(w => w.StartsWith("guardrail rolls", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    [Category("Fault")]
    public void A_lost_race_is_decided_again_on_the_next_look()
    {
        var lost = 1;
        var scenario = new Scenario
        {
            Interfere = a => a is WorkloadAction.RollBack && lost-- > 0 ? new ActionOutcome.LostRace("the generation moved") : null,
        };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Count(DecisionKind.RollBack), Is.EqualTo(2));
        Assert.That(scenario.Last(DecisionKind.RollBack).IsRetry);
    }

    [Test]
    [Category("Fault")]
    public void A_race_lost_to_a_person_who_took_it_back_is_theirs()
    {
        var scenario = new Scenario();
        scenario.Interfere = a =>
        {
            if (a is not WorkloadAction.RollBack)
            {
                return null;
            }

            scenario.Cluster.ResumeByPerson();
            scenario.Cluster.Redeploy("v1");
            return scenario.Cluster.Apply(a);
        };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome is not null, within: 20);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Reverted));
        Assert.That(scenario.Cluster.Writes, Has.None.StartsWith("guardrail rolls"));
    }

    [Test]
    public void An_impossible_rollback_calls_a_person_once()
    {
        var scenario = new Scenario { Interfere = a => a is WorkloadAction.RollBack ? new ActionOutcome.Impossible("forbidden") : null };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(100);

        Assert.That(scenario.Count(DecisionKind.RollBack), Is.EqualTo(1));
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("cannot be carried out: forbidden"));
    }

    [Test]
    public void An_impossible_hold_leaves_the_rollout_running_and_compared()
    {
        var scenario = new Scenario { Interfere = a => a is WorkloadAction.Hold ? new ActionOutcome.Impossible("forbidden") : null };
        scenario.Cluster.StepsPerBatch = 4;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Count(DecisionKind.Hold), Is.EqualTo(1));
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));
    }

    [Test]
    public void An_impossible_resume_calls_a_person_once()
    {
        var scenario = new Scenario { Interfere = a => a is WorkloadAction.Resume ? new ActionOutcome.Impossible("forbidden") : null };
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(100);

        Assert.That(scenario.Count(DecisionKind.Resume), Is.EqualTo(1));
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));
    }

    [Test]
    public void Holds_that_fail_do_not_delay_the_rollback()
    {
        var scenario = new Scenario { Interfere = a => a is WorkloadAction.Hold ? new ActionOutcome.Failed("503") : null };
        scenario.Cluster.StepsPerBatch = 4;
        scenario.Run(24).Cluster.Deploy(new Release("v2") { ErrorRate = 0.05 });
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack or RolloutPhase.Ended, within: 40);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
        Assert.That(scenario.Last(DecisionKind.RollBack).IsRetry, Is.False);
    }

    [Test]
    public void The_next_action_does_not_wait_for_a_write_that_the_cluster_has_already_shown()
    {
        // The view of a write may come before its outcome: a hold at one tick and the rollback at the next.
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off });
        scenario.Cluster.StepsPerBatch = 4;
        scenario.Run(24).Cluster.Deploy(new Release("v2") { ErrorRate = 0.05 });
        scenario.RunUntil(s => s.Outcome is not null, within: 60);

        var hold = scenario.Last(DecisionKind.Hold).At;
        Assert.That((scenario.Last(DecisionKind.RollBack).At - hold).TotalSeconds, Is.LessThanOrEqualTo(15));
        Assert.That(scenario.Last(DecisionKind.RollBack).Verdict, Is.InstanceOf<Verdict.Regressed>());
    }

    [Test]
    public void An_outcome_that_never_comes_is_given_up_after_half_a_minute()
    {
        var guarded = new GuardedWorkload(Scenario.Enforcing, new FakeCluster(1, 4, Release.Good("v1"), Scenario.Start).View());
        var cluster = new FakeCluster(1, 4, Release.Good("v1"), Scenario.Start);
        var asked = new List<(double Second, DecisionId Id)>();
        guarded.Observe(cluster.View(), cluster.Now);
        cluster.Deploy(new Release("v2") { CrashLoops = true });
        for (var i = 0; i < 20; i++)
        {
            cluster.Step(TimeSpan.FromSeconds(5));
            foreach (var decision in guarded.Observe(cluster.View(), cluster.Now).Where(d => d.Action is WorkloadAction.RollBack))
            {
                asked.Add(((cluster.Now - Scenario.Start).TotalSeconds, decision.Id));
            }
        }

        Assert.That(asked, Has.Count.GreaterThan(1));
        Assert.That(asked.Select(a => a.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(asked[1].Second - asked[0].Second, Is.EqualTo(30));
    }

    [Test]
    [Category("Fault")]
    public void A_clock_that_is_set_back_does_not_keep_the_gate_shut()
    {
        var gate = new ActionGate();
        gate.Asked(new("rollback"), 1, Scenario.Start);
        gate.Answered(new("rollback"), new ActionOutcome.Failed("503"), Scenario.Start);

        Assert.That(gate.IsOpen(Scenario.Start + TimeSpan.FromSeconds(1), 1), Is.False);
        Assert.That(gate.IsOpen(Scenario.Start - TimeSpan.FromHours(1), 1), Is.True);
    }
}
