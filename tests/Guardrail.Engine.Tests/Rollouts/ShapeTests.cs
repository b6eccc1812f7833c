using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>Workloads that are not several pods rolled one after the other, and workloads that go away.</summary>
public sealed class ShapeTests
{
    [Test]
    [Category("Fault")]
    public void A_workload_that_is_recreated_all_at_once_is_never_held_never_blind_and_never_passes()
    {
        var scenario = new Scenario();
        scenario.Cluster.Recreate = true;
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Outcome is not null, within: 100);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Undecided));
        Assert.That(scenario.Actions, Is.Empty);
        Assert.That(scenario.Count(DecisionKind.Blind), Is.Zero);
    }

    [Test]
    [Category("Fault")]
    public void A_recreated_workload_that_crash_loops_is_rolled_back()
    {
        var scenario = new Scenario();
        scenario.Cluster.Recreate = true;
        scenario.Run(24).Cluster.Deploy(new Release("v2") { CrashLoops = true });
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 10);
    }

    [Test]
    [Category("Fault")]
    public void A_workload_of_one_pod_is_compared_while_both_serve()
    {
        var scenario = new Scenario(replicas: 1);
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 15);
    }

    [Test]
    [Category("Fault")]
    public void A_workload_scaled_to_zero_ends_without_evidence_and_without_an_alert()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Scale(0);
        scenario.Run(3).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Outcome is not null, within: 120);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Blind));
        Assert.That(scenario.Actions, Is.Empty);
        Assert.That(scenario.Count(DecisionKind.Blind), Is.Zero);
    }

    [Test]
    public void Scaling_is_no_rollout()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Scale(9);
        scenario.Run(10).Cluster.Scale(2);

        Assert.That(scenario.Run(10).Decisions, Is.Empty);
    }

    [Test]
    [Category("Fault")]
    public void A_deleted_workload_ends_its_rollout()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(3).Delete();

        Assert.That(scenario.Last(DecisionKind.End).Reason, Does.Contain("gone"));
    }

    [Test]
    [Category("Fault")]
    public void A_workload_made_anew_under_the_same_name_begins_anew()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(3).Cluster.Uid = "uid-2";
        scenario.Show();

        Assert.That(scenario.Last(DecisionKind.End).Uid, Is.EqualTo("uid-1"));
        Assert.That(scenario.Guarded.View.Uid, Is.EqualTo("uid-2"));
        Assert.That(scenario.Guarded.Describe().Rollout?.LogEvidence ?? 0, Is.Zero);
    }

    [Test]
    [Category("Fault")]
    public void A_revision_of_which_two_pods_crash_loop_is_rolled_back_without_any_metrics()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off }, replicas: 8) { Outage = "Prometheus is down" };
        scenario.Run(24).Cluster.Deploy(new Release("v2") { CrashLoops = true });
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 6);

        Assert.That(scenario.Last(DecisionKind.RollBack).Reason, Does.Contain("2 of 2 pods of v2 are in a crash loop"));
    }

    [Test]
    public void What_led_to_a_rollback_stays_the_verdict_when_its_pods_are_gone()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off }, replicas: 8) { Outage = "Prometheus is down" };
        scenario.Run(24).Cluster.Deploy(new Release("v2") { CrashLoops = true });
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 6);
        scenario.Run(30);

        Assert.That(scenario.Last(DecisionKind.End).Verdict, Is.EqualTo(scenario.Last(DecisionKind.RollBack).Verdict));
        Assert.That(scenario.Rollout.Verdict, Is.InstanceOf<Verdict.Regressed>());
    }

    [Test]
    [Category("Fault")]
    public void A_revision_that_never_becomes_ready_is_rolled_back_at_its_progress_deadline()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off });
        scenario.Run(24).Cluster.Deploy(new Release("v2") { NeverReady = true });
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 130);

        Assert.That(scenario.Last(DecisionKind.RollBack).Reason, Does.Contain("no progress within its deadline: 0 of 4"));
    }
}
