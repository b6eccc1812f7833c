using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>Missing data is never healthy and never regressed.</summary>
[Category("Fault")]
public sealed class BlindnessTests
{
    [Test]
    public void Without_any_metrics_nothing_is_rolled_back_and_nothing_passes()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off }) { Outage = "Prometheus is down" };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome is not null, within: 200);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Blind));
        Assert.That(scenario.Last(DecisionKind.End).Verdict, Is.InstanceOf<Verdict.NoEvidence>());
        Assert.That(scenario.Last(DecisionKind.End).Reason, Does.Contain("Prometheus is down"));
        Assert.That(scenario.Actions, Is.Empty);
        Assert.That(scenario.Cluster.IsKnownGood("v2"), Is.False);
    }

    [Test]
    public void Blindness_is_told_once_after_its_budget_with_the_reason()
    {
        var scenario = new Scenario() { Outage = "Prometheus is down" };
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));

        scenario.Run(59);
        Assert.That(scenario.Count(DecisionKind.Blind), Is.Zero);
        scenario.Run(40);

        Assert.That(scenario.Count(DecisionKind.Blind), Is.EqualTo(1));
        Assert.That(scenario.Last(DecisionKind.Blind).Reason, Does.Contain("Prometheus is down"));
        Assert.That(scenario.Rollout.IsBlind);
    }

    [Test]
    public void A_bad_rollout_held_while_blind_is_rolled_back_when_evidence_returns()
    {
        var scenario = new Scenario();
        scenario.Run(24);
        scenario.Outage = "Prometheus is down";
        scenario.Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(80);
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.Zero);
        Assert.That(scenario.Cluster.Paused, "a blind rollout is not let go on");

        scenario.Outage = null;
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 12);

        Assert.That(scenario.Count(DecisionKind.EvidenceReturned), Is.EqualTo(1));
    }

    [Test]
    public void Metrics_lost_in_the_middle_neither_pass_nor_roll_back_and_the_evidence_goes_on_afterwards()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepDuration = TimeSpan.FromMinutes(2) } });
        scenario.Run(24).Cluster.Deploy(new Release("v2") { ErrorRate = 0.006 });
        scenario.Run(6);
        var before = scenario.Rollout.LogEvidence;
        scenario.Outage = "Prometheus is down";
        scenario.Run(30);

        Assert.That(scenario.Rollout.Verdict, Is.InstanceOf<Verdict.NoEvidence>());
        Assert.That(scenario.Rollout.LogEvidence, Is.EqualTo(before));
        Assert.That(scenario.Outcome, Is.Null);

        scenario.Outage = null;
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 60);
    }

    [Test]
    public void The_first_tick_after_an_outage_compares_what_was_counted_meanwhile()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepDuration = TimeSpan.FromMinutes(30) } });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(6);
        var before = scenario.Rollout.Signals[0];
        scenario.Outage = "Prometheus is down";
        scenario.Run(10);
        scenario.Outage = null;
        scenario.Tick();

        var after = scenario.Rollout.Signals[0];

        Assert.That(after.TicksCompared, Is.EqualTo(before.TicksCompared + 1));
        Assert.That(after.All.ControlTotal - before.All.ControlTotal, Is.EqualTo(11 * 5 * 200 * 4 / 5).Within(1000));
    }

    [Test]
    public void A_rollout_whose_metrics_fail_at_the_end_of_its_bake_is_not_called_healthy()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(30);
        scenario.Outage = "Prometheus is down";
        scenario.RunUntil(s => s.Outcome is not null, within: 120);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Blind));
    }
}
