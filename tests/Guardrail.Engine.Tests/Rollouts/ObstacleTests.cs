using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>What stands between a decision and a rollback.</summary>
public sealed class ObstacleTests
{
    [Test]
    public void A_rollback_waits_for_the_veto_window_with_the_rollout_held()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto, VetoWindow = TimeSpan.FromSeconds(60) });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack, within: 20);
        Assert.That(scenario.Cluster.Paused);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("guardrail.dev/veto is set to rollback-v2-2"));

        Assert.That(scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20), Is.InRange(12, 14));
    }

    [Test]
    public void A_vetoed_rollback_is_not_carried_out_and_not_decided_again()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack, within: 20);
        scenario.Cluster.Veto = "rollback-v2-2";
        scenario.Run(100);

        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("vetoed"));
        Assert.That(scenario.Rollout.Phase, Is.InstanceOf<RolloutPhase.NeedsPerson>());
    }

    [Test]
    public void A_veto_of_another_decision_stops_nothing()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto });
        scenario.Cluster.Veto = "rollback-v2-1";
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 40);
    }

    [Test]
    public void A_hold_that_is_impossible_does_not_stop_the_rollback_after_the_veto_window()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto, Pacing = Pacing.Off })
        {
            Interfere = a => a is WorkloadAction.Hold ? new ActionOutcome.Impossible("cannot be paused") : null,
        };
        scenario.Cluster.StepsPerBatch = 6;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 40);
    }

    [Test]
    public void An_irreversible_workload_is_held_and_a_person_called()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off });
        scenario.Cluster.Irreversible = true;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Cluster.StepsPerBatch = 4;
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.NeedsPerson, within: 30);
        scenario.Run(30);

        Assert.That(scenario.Cluster.Paused);
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("irreversible"));
    }

    [Test]
    public void The_hold_of_an_irreversible_workload_is_tried_again_when_it_fails()
    {
        var refusals = 2;
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off })
        {
            Interfere = a => a is WorkloadAction.Hold && refusals-- > 0 ? new ActionOutcome.Failed("503") : null,
        };
        scenario.Cluster.Irreversible = true;
        scenario.Cluster.StepsPerBatch = 4;
        scenario.Run(24).Cluster.Deploy(new Release("v2") { ErrorRate = 0.3 });
        scenario.RunUntil(s => s.Cluster.Paused, within: 20);

        Assert.That(scenario.Decisions.Where(d => d.Kind == DecisionKind.Hold).Select(d => d.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(scenario.Decisions.Where(d => d.Kind == DecisionKind.Hold).Select(d => d.IsRetry), Is.EqualTo([false, true, true]));
    }

    [Test]
    [Category("Fault")]
    public void Without_a_known_good_revision_a_person_is_called()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Tick();
        scenario.Cluster.Forget("v1");
        scenario.Run(20);

        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("no known good revision"));
        Assert.That(scenario.Count(DecisionKind.Page), Is.EqualTo(1));
    }

    [Test]
    [Category("Fault")]
    public void A_target_that_vanishes_during_the_veto_window_is_not_asked_for()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Autonomy = Autonomy.Veto });
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack, within: 20);
        scenario.Cluster.Forget("v1");
        scenario.Run(30);

        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("no known good revision"));
    }

    [Test]
    [Category("Fault")]
    public void A_quarantined_revision_is_never_a_target()
    {
        var scenario = new Scenario();
        scenario.Cluster.Quarantined.Add("v1");
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(20);

        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero);
    }

    [Test]
    public void Of_several_known_good_revisions_the_newest_is_the_target()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 80);
        scenario.Run(2).Cluster.Deploy(Release.Bad("v3"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Cluster.Template, Is.EqualTo("v2"));
    }
}
