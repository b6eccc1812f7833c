using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Tests.Detectors;

namespace Guardrail.Engine.Tests.Validity;

/// <summary>Evidence that would suffice is not acted upon when it has a simpler explanation; then a person is called.</summary>
public sealed class DoubtTests
{
    [Test]
    public void One_bad_pod_of_three_is_not_a_bad_revision()
    {
        var town = Rolling(young: 3, p => p.IsNew && p.Number == 1 ? 100 : 0);

        Assert.That(town.UntilRolledBack("checkout", within: 120), Is.Null);
        var rollout = town.Rollout("checkout");
        Assert.That(rollout.LogEvidence, Is.GreaterThan(rollout.RollbackThreshold));
        Assert.That(rollout.LogEvidenceWithoutOnePod, Is.LessThan(rollout.RollbackThreshold));
        Assert.That(rollout.Doubt, Is.EqualTo(Doubt.OnePod));
        Assert.That(rollout.Verdict, Is.InstanceOf<Verdict.Undecided>());
        Assert.That(rollout.Verdict.Reason, Does.StartWith("one pod of v2 is bad, not the revision: without checkout-v2-1 (node-1)"));
        Assert.That(town.Decisions.Count(d => d.Kind == DecisionKind.Page), Is.EqualTo(1));
        Assert.That(town.Decisions.Exists(d => d.Kind == DecisionKind.Hold));
    }

    [Test]
    public void Two_bad_pods_of_three_are()
    {
        var town = Rolling(young: 3, p => p.IsNew && p.Number > 0 ? 100 : 0);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.LessThanOrEqualTo(30));
        Assert.That(town.Decisions.Exists(d => d.Kind == DecisionKind.Page), Is.False);
    }

    [Test]
    public void Of_one_or_two_new_pods_none_can_be_told_apart()
    {
        Assert.That(Rolling(young: 1, p => p.IsNew ? 100 : 0).UntilRolledBack("checkout", within: 20), Is.Not.Null);
        Assert.That(Rolling(young: 2, p => p.IsNew && p.Number == 1 ? 100 : 0).UntilRolledBack("checkout", within: 20), Is.Not.Null);
    }

    [Test]
    public void When_old_pods_differ_beyond_what_is_assumed_twice_the_evidence_is_asked_for()
    {
        var calm = Rolling(young: 1, p => p.IsNew ? 20 : 1);
        var odd = Rolling(young: 1, p => p.IsNew ? 20 : p.Number % 2 == 1 ? 10 : 0);
        var (first, second) = (calm.UntilRolledBack("checkout", within: 200), odd.UntilRolledBack("checkout", within: 200));

        Assert.That(first, Is.Not.Null);
        Assert.That(odd.Rollout("checkout").LogPlacebo, Is.GreaterThan(Math.Log(20)));
        Assert.That(second is null || second > first, Is.True, $"{first} s and {second} s");
    }

    [Test]
    public void Trouble_of_both_revisions_since_the_new_one_serves_holds_it_and_calls_a_person()
    {
        var town = Rolling(young: 3, _ => 0);
        town.Run(12);
        town.Find("checkout").Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.Null, "nothing shows which of the two it is");
        Assert.That(town.Rollout("checkout").Doubt, Is.EqualTo(Doubt.BothRevisions));
        var page = town.Decisions.Single(d => d.Kind == DecisionKind.Page);
        Assert.That(page.Reason, Does.StartWith("v1 is in trouble as well since v2 serves (errors: ").And.Contain("5 %, where 0 % was usual"));
        Assert.That(town.Decisions.Exists(d => d.Kind == DecisionKind.Hold));
    }

    [Test]
    public void Trouble_of_both_revisions_that_another_service_had_first_holds_the_rollout_and_calls_a_person_late()
    {
        var town = new Town();
        var (shop, database) = (town.Open("checkout", 9), town.Open("database", 3));
        town.Run(120);
        town.Roll(shop, "v2", old: 9, young: 3);
        town.Run(12);
        database.Load = _ => (500, 100);
        town.Run(2);
        shop.Load = _ => (500, 25);
        town.Run(24);

        Assert.That(town.Decisions.Exists(d => d.Kind is DecisionKind.Page or DecisionKind.RollBack), Is.False, "the others' people are called first");
        Assert.That(town.Decisions.Count(d => d.Kind == DecisionKind.Hold), Is.EqualTo(1));
        town.Run(36);
        var page = town.Decisions.Single(d => d.Kind == DecisionKind.Page);
        Assert.That(page.Reason, Does.Contain("shop/database was first or at the same time"));
        Assert.That(town.Decisions.Exists(d => d.Kind == DecisionKind.RollBack), Is.False);
    }

    [Test]
    [Category("Fault")]
    public void Amid_trouble_of_both_revisions_a_held_rollout_is_not_resumed_until_it_is_over()
    {
        var town = Rolling(young: 3, _ => 0);
        town.Run(6);
        var shop = town.Find("checkout");
        shop.Load = _ => (500, 150);
        town.Run(240);

        Assert.That(town.Decisions.Count(d => d.Kind == DecisionKind.Hold), Is.EqualTo(1));
        Assert.That(town.Decisions.Exists(d => d.Kind is DecisionKind.Resume or DecisionKind.RollBack), Is.False);

        shop.Load = _ => (500, 0);
        town.Run(30);
        Assert.That(town.Decisions.Exists(d => d.Kind is DecisionKind.Resume), "and then it is");
    }

    [Test]
    [Category("Fault")]
    public void A_rollout_that_is_complete_amid_trouble_is_not_called_healthy()
    {
        var (calm, troubled) = (Complete(errors: 0), Complete(errors: 150));

        Assert.That(calm.Rollout("checkout").Phase, Is.InstanceOf<RolloutPhase.Ended>().With.Property("Outcome").EqualTo(RolloutOutcome.Healthy));
        Assert.That(troubled.Decisions.Exists(d => d.Outcome is RolloutOutcome.Healthy), Is.False);
        Assert.That(troubled.Rollout("checkout").Verdict.Reason, Does.StartWith("shop/database was in trouble first"));
        Assert.That(
            troubled.Run(60).Rollout("checkout").Phase, Is.InstanceOf<RolloutPhase.Ended>().With.Property("Outcome").EqualTo(RolloutOutcome.Undecided),
            "after a second bake");
    }

    /// <summary>A rollout that takes a minute; from shortly before its end on, a database fails, and with it both revisions.</summary>
    private static Town Complete(long errors)
    {
        var policy = Town.Policy with { Autonomy = Autonomy.Observe, Bake = TimeSpan.FromMinutes(5), BlindBudget = TimeSpan.FromMinutes(1) };
        var town = new Town(policy);
        var (shop, database) = (town.Open("checkout", 9), town.Open("database", 3));
        town.Run(120);
        town.Roll(shop, "v2", old: 9, young: 3);
        town.Run(8);
        database.Load = _ => (500, errors);
        shop.Load = _ => (500, errors);
        town.Run(4);
        town.Roll(shop, "v2", old: 0, young: 9);
        return town.Run(90);
    }

    private static Town Rolling(int young, Func<Pod, long> errors)
    {
        var town = new Town();
        var shop = town.Open("checkout", 9);
        town.Run(120);
        town.Roll(shop, "v2", old: 9, young);
        shop.Load = p => (500, errors(p));
        return town;
    }
}
