using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>How rollouts end when nobody interferes.</summary>
public sealed class OutcomeTests
{
    [Test]
    public void A_good_rollout_is_healthy_after_its_bake_and_stamped_known_good()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));

        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 80);
        scenario.Run(2);

        Assert.That(scenario.Cluster.IsKnownGood("v2"));
        Assert.That(scenario.Cluster.PodsOf("v2"), Is.EqualTo(4));
        Assert.That(scenario.Cluster.Writes, Is.EqualTo(["deploy v2", "guardrail holds", "guardrail resumes"]));
        Assert.That(scenario.Count(DecisionKind.StampKnownGood), Is.EqualTo(1));
    }

    [Test]
    public void A_bad_rollout_is_rolled_back_once_within_half_a_minute([Range(1, 5)] int seed)
    {
        var scenario = new Scenario(seed: seed);
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));

        var ticks = scenario.RunUntil(s => s.Outcome is not null, within: 20);
        scenario.Run(20);

        Assert.That(ticks, Is.LessThanOrEqualTo(8));
        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
        Assert.That(scenario.Cluster.Writes, Is.EqualTo(["deploy v2", "guardrail holds", "guardrail rolls back to v1"]));
        Assert.That(scenario.Cluster.PodsOf("v1"), Is.EqualTo(4));
        Assert.That(scenario.Cluster.Quarantined, Is.EquivalentTo(["v2"]));
    }

    [Test]
    public void The_reason_of_a_rollback_states_the_counts_of_both_arms()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Count(DecisionKind.RollBack) > 0, within: 20);

        var decision = scenario.Last(DecisionKind.RollBack);

        Assert.That(decision.Verdict, Is.InstanceOf<Verdict.Regressed>().With.Property("Signal").EqualTo("errors"));
        Assert.That(decision.Reason, Does.Match(@"errors: \d+ errors in [\d,]+ requests of v2 \([\d.]+ %, [\d.]+ % to [\d.]+ %\), \d+ in [\d,]+ of v1 \([\d.]+ %\)"));
        Assert.That(decision.Reason, Does.Match(@"\d+ of \d+ errors came from [\d.]+ % of the traffic").And.Contains("allowed is once in 1,000"));
    }

    [Test]
    public void A_slow_rollout_is_rolled_back_for_its_latency_once_its_pods_are_warm()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(new Release("v2") { Slower = [0.6, 0.3, 0.1] });

        scenario.RunUntil(s => s.Outcome is not null, within: 30);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
        Assert.That(scenario.Last(DecisionKind.RollBack).Reason, Does.Match("latency: .* answers slower than (0.5|2.5) s"));
    }

    [Test]
    public void A_fault_that_sets_in_late_is_found_while_both_revisions_serve()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { StepDuration = TimeSpan.FromMinutes(10) } });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(60);
        Assert.That(scenario.Outcome, Is.Null);

        foreach (var pod in scenario.Cluster.Pods.Where(p => p.Release.Hash == "v2"))
        {
            scenario.Cluster.Break(pod, errorRate: 0.05);
        }

        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 10);
    }

    [Test]
    [Category("Fault")]
    public void Two_bad_revisions_in_a_row_both_return_to_the_good_one()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
        scenario.Run(6).Cluster.Deploy(Release.Bad("v3"));
        scenario.Tick();
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Cluster.Template, Is.EqualTo("v1"));
        Assert.That(scenario.Cluster.Quarantined, Is.EquivalentTo(["v2", "v3"]));
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.EqualTo(2));
    }

    [Test]
    [Category("Fault")]
    public void A_second_bad_revision_that_replaces_the_first_before_it_was_found_returns_to_the_good_one()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(3).Cluster.Deploy(Release.Bad("v3"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 30);

        Assert.That(scenario.Rollout.Id.To.Hash, Is.EqualTo("v3"));
        Assert.That(scenario.Rollout.Id.From.Hash, Is.EqualTo("v1"));
        Assert.That(scenario.Cluster.Template, Is.EqualTo("v1"));
    }

    [Test]
    public void A_rollout_with_too_little_traffic_is_never_called_healthy()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Policies.Pacing.Off });
        scenario.Cluster.RequestsPerSecond = 0.05;
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Outcome is not null, within: 120);

        Assert.That(scenario.Outcome, Is.EqualTo(RolloutOutcome.Undecided).Or.EqualTo(RolloutOutcome.Blind));
        Assert.That(scenario.Cluster.IsKnownGood("v2"), Is.False);
    }

    [Test]
    public void The_bake_counts_from_the_first_serving_pod()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Policies.Pacing.Off });
        scenario.Run(24);
        scenario.Cluster.HoldBackReadiness = true;
        scenario.Cluster.Deploy(Release.Good("v2"));
        scenario.Run(40);
        scenario.Cluster.HoldBackReadiness = false;

        var ticks = scenario.RunUntil(s => s.Outcome is not null, within: 80);

        Assert.That(ticks, Is.InRange(36, 40));
    }
}
