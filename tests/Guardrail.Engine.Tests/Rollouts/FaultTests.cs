using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>What goes wrong around a rollback: people, other controllers and the workload itself.</summary>
[Category("Fault")]
public sealed class FaultTests
{
    private static readonly GuardPolicy Vetoing = Scenario.Enforcing with { Autonomy = Autonomy.Veto };

    [Test]
    public void A_workload_that_is_marked_irreversible_in_the_veto_window_is_not_rolled_back()
    {
        var scenario = InVetoWindow();
        scenario.Cluster.Irreversible = true;
        scenario.Run(100);

        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>(), Is.Empty);
        Assert.That(scenario.Last(DecisionKind.Page).Reason, Does.Contain("irreversible"));
        Assert.That(scenario.Cluster.Paused);
    }

    [Test]
    public void A_workload_that_is_no_longer_marked_irreversible_is_rolled_back_if_it_is_still_bad()
    {
        var scenario = new Scenario();
        scenario.Cluster.Irreversible = true;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.NeedsPerson, within: 30);
        scenario.Run(30).Cluster.Irreversible = false;

        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 3);
    }

    [Test]
    public void A_good_rollout_of_an_irreversible_workload_goes_on()
    {
        var scenario = new Scenario();
        scenario.Cluster.Irreversible = true;
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 80);

        Assert.That(scenario.Count(DecisionKind.Page), Is.Zero);
    }

    [Test]
    public void A_release_that_replaces_a_bad_one_in_the_veto_window_is_not_rolled_back_for_it()
    {
        var scenario = InVetoWindow();
        scenario.Cluster.ResumeByPerson();
        scenario.Cluster.Deploy(Release.Good("v3"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 120);

        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>(), Is.Empty);
        Assert.That(scenario.Decisions.Single(d => d.Rollout.To.Hash == "v2" && d.Kind == DecisionKind.End).Outcome, Is.EqualTo(RolloutOutcome.Superseded));
        Assert.That(scenario.Cluster.Template, Is.EqualTo("v3"));
    }

    [Test]
    public void A_release_that_comes_between_the_decision_and_the_write_wins()
    {
        var scenario = new Scenario();
        scenario.Interfere = a =>
        {
            if (a is not WorkloadAction.RollBack || scenario.Cluster.Template == "v3")
            {
                return null;
            }

            scenario.Cluster.ResumeByPerson();
            scenario.Cluster.Deploy(Release.Good("v3"));
            return scenario.Cluster.Apply(a);
        };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 150);

        Assert.That(scenario.Cluster.Writes, Has.None.StartsWith("guardrail rolls"));
        Assert.That(scenario.Safety.Capture(), Is.Empty, "nothing was rolled back");
    }

    [Test]
    public void A_second_bad_revision_while_the_first_is_still_being_taken_back_never_returns_to_the_first()
    {
        var scenario = new Scenario();
        scenario.Cluster.StepsPerBatch = 4;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 30);
        Assert.That(scenario.Cluster.PodsOf("v2"), Is.Positive);
        scenario.Cluster.Deploy(Release.Bad("v3"));
        scenario.RunUntil(s => s.Rollout.Id.To.Hash == "v3" && s.Outcome == RolloutOutcome.RolledBack, within: 60);

        Assert.That(scenario.Cluster.Writes.Where(w => w.StartsWith("guardrail rolls", StringComparison.Ordinal)), Has.All.EqualTo("guardrail rolls back to v1"));
        Assert.That(scenario.Cluster.Quarantined, Is.EquivalentTo(["v2", "v3"]));
    }

    [Test]
    public void A_target_that_is_bad_too_calls_a_person_and_the_next_release_is_guarded_as_ever()
    {
        var scenario = new Scenario();
        scenario.Run(60).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
        scenario.Cluster.Dependency = 0.03;
        scenario.RunUntil(s => s.Rollout.Cure is Cure.NotCured, within: 90);
        scenario.Run(60);
        Assert.That(scenario.Cluster.Writes.Count(w => w.StartsWith("guardrail rolls", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(scenario.Decisions.Count(d => d.CallsPerson), Is.EqualTo(1));

        scenario.Cluster.Deploy(new Release("v3") { ErrorRate = 0.3 });
        scenario.RunUntil(s => s.Rollout.Id.To.Hash == "v3" && s.Outcome == RolloutOutcome.RolledBack, within: 30);
    }

    [Test]
    public void A_rollback_is_decided_while_the_canary_is_paused_and_every_old_pod_is_still_there()
    {
        var scenario = new Scenario(replicas: 8);
        var oldPods = 0;
        scenario.Interfere = a =>
        {
            oldPods = a is WorkloadAction.RollBack ? scenario.Cluster.PodsOf("v1") : oldPods;
            return null;
        };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(oldPods, Is.EqualTo(8));
    }

    [Test]
    public void A_rollback_after_the_old_pods_are_gone_changes_no_number_of_pods()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off, Bake = TimeSpan.FromMinutes(30) }, replicas: 8);
        scenario.Run(80).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Cluster.PodsOf("v1") == 0, within: 30);
        scenario.Cluster.Dependency = 0.2;
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 60);

        Assert.That(scenario.Cluster.Writes, Is.EqualTo(["deploy v2", "guardrail rolls back to v1"]));
        Assert.That(scenario.Cluster.Replicas, Is.EqualTo(8));
    }

    [Test]
    public void An_autoscaler_that_is_faster_costs_one_attempt_and_keeps_its_number()
    {
        var scaled = false;
        var scenario = new Scenario();
        scenario.Interfere = a =>
        {
            if (a is WorkloadAction.RollBack && !scaled)
            {
                scaled = true;
                scenario.Cluster.Scale(9);
            }

            return null;
        };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Cluster.Replicas, Is.EqualTo(9));
        Assert.That(scenario.Cluster.Writes.Count(w => w.StartsWith("guardrail rolls", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.EqualTo(2));
    }

    [Test]
    public void A_workload_deleted_in_the_veto_window_is_let_alone()
    {
        var scenario = InVetoWindow();
        scenario.Delete();

        Assert.That(scenario.Last(DecisionKind.End).Outcome, Is.EqualTo(RolloutOutcome.Removed));
        Assert.That(scenario.Actions.OfType<WorkloadAction.RollBack>(), Is.Empty);
    }

    [Test]
    public void A_clock_that_jumps_ahead_in_the_veto_window_rolls_back_once()
    {
        var scenario = InVetoWindow();
        scenario.Cluster.Step(TimeSpan.FromHours(1));
        scenario.Run(10);

        Assert.That(scenario.Cluster.Writes.Count(w => w.StartsWith("guardrail rolls", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    private static Scenario InVetoWindow()
    {
        var scenario = new Scenario(Vetoing);
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Rollout.Phase is RolloutPhase.RollingBack, within: 20);
        return scenario;
    }
}
