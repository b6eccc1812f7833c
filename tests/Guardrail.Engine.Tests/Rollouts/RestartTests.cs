using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>A daemon that begins in the middle of things, knowing nothing but what the cluster shows.</summary>
[Category("Fault")]
public sealed class RestartTests
{
    [Test]
    public void It_takes_up_a_bad_rollout_in_its_middle_and_rolls_it_back_once()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.Run(3).RestartWithoutMemory();
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Cluster.Writes.Count(w => w.StartsWith("guardrail rolls", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public void It_resumes_a_good_rollout_that_was_paused_before_the_crash()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);
        scenario.RestartWithoutMemory();
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.Healthy, within: 80);

        Assert.That(scenario.Cluster.Writes, Is.EqualTo(["deploy v2", "guardrail holds", "guardrail resumes"]));
    }

    [Test]
    public void Time_in_which_no_daemon_ran_is_no_comparison_and_does_not_end_the_longest_hold()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = new() { MaximumHold = TimeSpan.FromMinutes(15), StepDuration = TimeSpan.FromMinutes(5) } });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);
        scenario.Run(4);
        scenario.Cluster.Step(TimeSpan.FromMinutes(20));
        scenario.RestartFromSnapshot(s => s);
        var back = scenario.Cluster.Now;
        scenario.Show();
        scenario.RunUntil(s => s.Count(DecisionKind.Resume) == 1, within: 80);

        Assert.That((scenario.Last(DecisionKind.Resume).At - back).TotalMinutes, Is.EqualTo(5).Within(0.3));
    }

    [Test]
    public void A_bad_release_that_was_held_when_the_daemon_died_is_taken_back_when_it_returns()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Cluster.Paused, within: 5);
        scenario.Cluster.Step(TimeSpan.FromMinutes(30));
        scenario.RestartFromSnapshot(s => s);
        scenario.Show();
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Count(DecisionKind.Resume), Is.Zero);
    }

    [Test]
    public void The_bake_goes_on_where_it_stood_after_a_time_in_which_no_daemon_ran()
    {
        var scenario = new Scenario(Scenario.Enforcing with { Pacing = Pacing.Off, Bake = TimeSpan.FromMinutes(10) });
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(60);
        scenario.Cluster.Step(TimeSpan.FromMinutes(30));
        scenario.RestartFromSnapshot(s => s);
        var back = scenario.Cluster.Now;
        scenario.Show();
        Assert.That(scenario.Outcome, Is.Null);
        scenario.RunUntil(s => s.Outcome is not null, within: 200);

        Assert.That((scenario.Cluster.Now - back).TotalMinutes, Is.EqualTo(5).Within(1));
    }

    [Test]
    public void It_does_nothing_about_a_rollback_that_was_written_before_the_crash()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
        Assert.That(scenario.Cluster.PodsOf("v2"), Is.Positive, "the bad pods are still there");
        scenario.RestartWithoutMemory();
        var decided = scenario.Decisions.Count;
        scenario.Run(60);

        Assert.That(scenario.Decisions, Has.Count.EqualTo(decided));
        Assert.That(scenario.Cluster.Template, Is.EqualTo("v1"));
    }

    [Test]
    public void It_decides_the_same_rollback_again_when_the_crash_came_before_the_write()
    {
        var scenario = new Scenario();
        scenario.Interfere = a => a is WorkloadAction.RollBack ? new ActionOutcome.Failed("the daemon dies here") : null;
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Count(DecisionKind.RollBack) == 1, within: 20);
        scenario.Interfere = _ => null;
        scenario.RestartWithoutMemory();
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);

        Assert.That(scenario.Decisions.Where(d => d.Kind == DecisionKind.RollBack).Select(d => d.Id.Value).Distinct(), Is.EqualTo(["rollback-v2-2"]));
    }

    [Test]
    public void It_finds_a_finished_rollout_to_be_no_rollout()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.RunUntil(s => s.Cluster.PodsOf("v2") == 4 && s.Cluster.PodsOf("v1") == 0, within: 60);
        scenario.RestartWithoutMemory();

        Assert.That(scenario.Run(5).Guarded.Describe().Rollout, Is.Null);
    }
}
