using System.Text.Json;
using CsCheck;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Scenarios;

namespace Guardrail.Engine.Tests.Rollouts;

/// <summary>Whether a rollback helped.</summary>
public sealed class CureTests
{
    private const int Window = 60;

    [Test]
    public void A_rollback_that_helped_is_called_the_cure_with_the_counts([Range(1, 3)] int seed)
    {
        var scenario = RolledBack(seed: seed);

        scenario.RunUntil(s => s.Rollout.Cure is Cure.Cured, within: Window);

        var told = scenario.Decisions.Single(d => d.Kind == DecisionKind.Cured);
        Assert.That(told.Reason, Does.Match(@"cured by the rollback to v1: errors: (1 error|(0|[2-9]|\d{2,}) errors) in [\d,]+ requests of v1 since it is back"));
        Assert.That(told.Reason, Does.Contain("before the rollout at most"));
        Assert.That(told.CallsPerson, Is.False);
        Assert.That(scenario.Run(2 * Window).Decisions[^1], Is.EqualTo(told), "nothing comes after it");
    }

    [Test]
    public void The_evidence_is_let_go_of_half_an_hour_after_the_end_and_the_verdict_stays()
    {
        var scenario = RolledBack();
        scenario.RunUntil(s => s.Rollout.Cure is Cure.Cured, within: Window);
        var then = scenario.Rollout;
        Assert.That(then.Signals, Is.Not.Empty);

        var later = scenario.Run(360 + Window).Rollout;

        Assert.That(later.Signals, Is.Empty);
        Assert.That(later with { Signals = then.Signals, Path = then.Path, LogEvidenceWithoutOnePod = then.LogEvidenceWithoutOnePod, LogPlacebo = then.LogPlacebo, RequestsNeeded = then.RequestsNeeded }, Is.EqualTo(then));
    }

    [Test]
    public void The_cure_is_not_looked_for_before_the_old_revision_serves_alone()
    {
        var scenario = RolledBack();
        Assert.That(scenario.Cluster.PodsOf("v2"), Is.Positive);
        Assert.That(scenario.Rollout.Cure, Is.InstanceOf<Cure.Awaited>());
        scenario.RunUntil(s => s.Cluster.PodsOf("v2") == 0, within: 20);
        Assert.That(scenario.Run(1).Rollout.Cure, Is.InstanceOf<Cure.Watched>());
    }

    [Test]
    [Category("Fault")]
    public void A_rollback_that_does_not_help_calls_a_person_once_and_nothing_more_is_rolled_back([Range(1, 3)] int seed)
    {
        var scenario = Broken(RolledBack(seed: seed), errorRate: 0.05);

        scenario.RunUntil(s => s.Rollout.Cure is Cure.NotCured, within: Window + 20);
        scenario.Run(4 * Window);

        var told = scenario.Decisions.Single(d => d.Kind == DecisionKind.NotCured);
        Assert.That(told.Reason, Does.Match(@"did not cure it: errors: \d+ errors in [\d,]+ requests of v1").And.Contain("v2 was not the cause"));
        Assert.That(told.CallsPerson);
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.EqualTo(1));
        Assert.That(scenario.Cluster.Writes[^1], Is.EqualTo("guardrail rolls back to v1"));
        Assert.That(scenario.Decisions.Count(d => d.CallsPerson), Is.EqualTo(1));
    }

    [Test]
    public void Trouble_that_ends_within_the_window_is_cured()
    {
        var scenario = Broken(RolledBack(), errorRate: 0.05);
        scenario.RunUntil(s => s.Rollout.Cure is Cure.Watched, within: 20);
        scenario.Run(20);
        Assert.That(scenario.Rollout.Cure, Is.InstanceOf<Cure.Watched>());

        Broken(scenario, errorRate: 0.001).RunUntil(s => s.Rollout.Cure is Cure.Cured, within: 40);
    }

    [Test]
    [Category("Fault")]
    public void Without_metrics_after_the_rollback_the_cure_is_unknown_and_no_person_is_called()
    {
        var scenario = RolledBack();
        scenario.Outage = "Prometheus is down";
        scenario.RunUntil(s => s.Rollout.Cure is Cure.Unknown, within: Window + 20);

        Assert.That(scenario.Last(DecisionKind.CureUnknown).Reason, Does.Contain("not known: Prometheus is down"));
        Assert.That(scenario.Last(DecisionKind.CureUnknown).CallsPerson, Is.False);
    }

    [Test]
    public void Without_requests_the_cure_is_unknown()
    {
        var scenario = RolledBack();
        scenario.Cluster.RequestsPerSecond = 0.02;
        scenario.RunUntil(s => s.Rollout.Cure is Cure.Unknown, within: Window + 20);
    }

    [Test]
    [Category("Fault")]
    public void A_target_that_crash_loops_calls_a_person_at_once_and_is_not_left_again()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
        foreach (var pod in scenario.Cluster.Pods.Where(p => p.Release.Hash == "v1"))
        {
            pod.Restarts = 7;
        }

        scenario.Run(2 * Window);

        Assert.That(scenario.Decisions.Single(d => d.Kind == DecisionKind.NotCured).Reason, Does.Contain("pods of v1 are in a crash loop"));
        Assert.That(scenario.Count(DecisionKind.RollBack), Is.EqualTo(1));
    }

    [Test]
    public void A_new_rollout_ends_the_look_for_a_cure()
    {
        var scenario = RolledBack();
        scenario.Run(1).Cluster.Deploy(Release.Good("v3"));
        scenario.RunUntil(s => s.Rollout.Id.To.Hash == "v3", within: 4);

        Assert.That(scenario.Last(DecisionKind.CureUnknown).Reason, Does.Contain("v3 is being rolled out"));
        Assert.That(scenario.Rollout.Cure, Is.Null);
    }

    [Test]
    public void A_revision_that_a_person_took_back_is_not_looked_after()
    {
        var scenario = new Scenario();
        scenario.Run(24).Cluster.Deploy(Release.Good("v2"));
        scenario.Run(4).Cluster.ResumeByPerson();
        scenario.Cluster.Redeploy("v1");

        Assert.That(scenario.Run(Window).Rollout.Cure, Is.Null);
    }

    [Test]
    public void A_crash_loop_that_was_taken_back_is_cured_when_the_old_revision_serves_as_before()
    {
        var scenario = new Scenario();
        scenario.Run(60).Cluster.Deploy(new Release("v2") { CrashLoops = true });
        scenario.RunUntil(s => s.Rollout.Cure is Cure.Cured, within: 2 * Window);
    }

    [Test]
    public void What_is_found_does_not_depend_on_a_restart() =>
        Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 55], Gen.Bool).Sample(
            (seed, interruptAt, stillBad) => Assert.That(Find(seed, interruptAt, stillBad), Is.EqualTo(Find(seed, null, stillBad))),
            iter: 15, seed: "0000KOIPe036", threads: 1);

    private static string Find(int seed, int? interruptAt, bool stillBad)
    {
        var scenario = Broken(RolledBack(seed), stillBad ? 0.05 : 0.001);
        for (var i = 0; i < 90; i++)
        {
            if (i == interruptAt)
            {
                scenario.RestartFromSnapshot(s => JsonSerializer.Deserialize<GuardSnapshot>(JsonSerializer.Serialize(s))!);
            }

            scenario.Tick();
        }

        return string.Join('\n', scenario.Decisions.Select(d => $"{d.At:O} {d.Kind} {d.Reason}"));
    }

    private static Scenario RolledBack(int seed = 1)
    {
        var scenario = new Scenario(seed: seed);
        scenario.Run(60).Cluster.Deploy(Release.Bad("v2"));
        scenario.RunUntil(s => s.Outcome == RolloutOutcome.RolledBack, within: 20);
        return scenario;
    }

    /// <summary>From now on all pods of v1, those to come as well, fail like that.</summary>
    private static Scenario Broken(Scenario scenario, double errorRate)
    {
        scenario.Cluster.Dependency = errorRate;
        return scenario;
    }
}
