using Guardrail.Engine.Rollouts;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Simulation.Tests.Scenarios;

public sealed class ScenarioExpectationTests
{
    [TestCase(CureFinding.NotCured, true)]
    [TestCase(CureFinding.Cured, false)]
    [TestCase(CureFinding.CureUnknown, false)]
    public void A_rollback_that_was_no_cure_is_told_from_one_that_was(CureFinding expected, bool isMet)
    {
        var check = Checked("bad-config-map", new() { Service = "checkout", Cure = expected });
        Assert.That((check.Expected, check.Found, check.IsMet), Is.EqualTo((expected.ToString(), "NotCured", isMet)));
    }

    [TestCase("checkout", HoldCause.Frozen, "held for Frozen", true)]
    [TestCase("session", HoldCause.Frozen, "held for Pacing", false)]
    [TestCase("checkout", HoldCause.Suspicion, "held for Frozen", false)]
    public void A_rollout_that_the_freeze_held_is_told_from_one_that_its_pacing_held(string service, HoldCause expected, string found, bool isMet)
    {
        var check = Checked("four-incidents-in-a-week", new() { Service = service, Held = expected });
        Assert.That((check.Expected, check.Found, check.IsMet), Is.EqualTo(($"held for {expected}", found, isMet)));
    }

    [Test]
    public void A_cure_without_a_rollback_and_a_hold_that_never_came_are_not_met()
    {
        var check = Checked("environment-recreated", new() { Service = "accounts", Held = HoldCause.Pacing, Cure = CureFinding.Cured });
        Assert.That((check.Found, check.IsMet), Is.EqualTo(("never held, no rollback to look for a cure after", false)));
    }

    [Test]
    public void A_cure_that_the_end_of_the_scenario_came_before_is_not_met()
    {
        var scenario = ScenarioLibrary.Load("bad-config-map")!.Until(TimeSpan.FromMinutes(17));
        var check = ScenarioPlayer.Play(scenario, 1).Checks.Single();
        Assert.That(check.Found, Does.EndWith(", not yet known whether cured"));
        Assert.That(check.IsMet, Is.False);
    }

    [Test]
    public void Many_runs_count_what_held_rollouts_and_what_was_found_after_rollbacks()
    {
        var runs = ManyRuns.Play(ScenarioLibrary.Load("four-incidents-in-a-week")!, 1, 2, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(runs.Rollouts.Select(r => r.Held.GetValueOrDefault(HoldCause.Frozen)), Is.EqualTo(new[] { 0, 0, 0, 2 }));
            Assert.That(runs.Rollouts.Select(r => r.Cures.GetValueOrDefault(CureFinding.Cured)), Has.All.EqualTo(2));
        });
    }

    private static ExpectationCheck Checked(string name, RolloutExpectation expected) =>
        ScenarioPlayer.Play(ScenarioLibrary.Load(name)! with { Expect = new() { Rollouts = [expected] } }, 1).Checks.Single();
}
