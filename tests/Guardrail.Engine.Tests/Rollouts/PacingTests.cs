using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>How a rollout is slowed down.</summary>
public sealed class PacingTests
{
    [Test]
    public void The_rollout_is_held_and_resumed_at_every_step()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepPercents = [1, 50], StepDuration = TimeSpan.FromSeconds(30) } }, replicas: 8);
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Outcome is not null, within: 100);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Healthy));
        Assert.That(
            scenario.Cluster.Writes,
            Is.EqualTo(["deploy v2", "guardrail holds", "guardrail resumes", "guardrail holds", "guardrail resumes"]));
        Assert.That(scenario.Last(DecisionKind.Hold).Reason, Does.Contain("step 2 of 2"));
        Assert.That(scenario.Decisions.Where(d => d.Action is not null).Select(d => d.Id).Distinct().Count(), Is.EqualTo(5));
    }

    [Test]
    public void A_step_lasts_its_duration_and_until_the_new_revision_has_answered_enough_requests()
    {
        var scenario = new Scenario(Scenario.Enforcing with
        {
            Pacing = new() { StepDuration = TimeSpan.FromSeconds(30), StepRequests = 4000 },
        });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Count(DecisionKind.Resume) == 1, within: 60);

        Assert.That(scenario.Rollout.Signals[0].All.CanaryTotal, Is.InRange(4000, 4400));
        Assert.That((scenario.Last(DecisionKind.Resume).At - scenario.Last(DecisionKind.Hold).At).TotalSeconds, Is.GreaterThan(60));
    }

    [Test]
    public void A_hold_with_too_little_traffic_ends_at_the_longest_hold()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { MaximumHold = TimeSpan.FromMinutes(5) } });
        scenario.Cluster.RequestsPerSecond = 0.2;
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Count(DecisionKind.Resume) == 1, within: 80);

        Assert.That((scenario.Last(DecisionKind.Resume).At - scenario.Last(DecisionKind.Hold).At).TotalMinutes, Is.EqualTo(5).Within(0.2));
        Assert.That(scenario.Last(DecisionKind.Resume).Reason, Does.Contain("longest hold"));
    }

    [Test]
    public void A_blind_rollout_stays_held_past_the_longest_hold()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { MaximumHold = TimeSpan.FromMinutes(5) } });
        scenario.Run(24);
        scenario.Outage = "Prometheus is down";
        scenario.Cluster.Deploy(Release.Good("v2"));
        scenario.Run(200);

        Assert.That(scenario.Cluster.Paused);
        Assert.That(scenario.Count(DecisionKind.Resume), Is.Zero);
    }

    [Test]
    public void Suspicion_holds_a_rollout_that_is_not_paced()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off, FalseRollbackBudget = new(1e-6) }, replicas: 20);
        scenario.Cluster.StepsPerBatch = 4;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 30);

        Assert.That(scenario.Last(DecisionKind.Hold).Reason, Does.Contain("held while the evidence is looked at"));
        Assert.That(scenario.Rollout.LogEvidence, Is.InRange(Math.Log(20), Math.Log(1e6)));
    }
}
