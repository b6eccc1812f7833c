using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;

namespace Guardrail.Engine.Tests.Detectors;

/// <summary>A rollout whose own numbers are fine is judged by those whom it may break.</summary>
public sealed class ImpactTests
{
    private static readonly GuardPolicy Policy = Town.Policy with { Impact = [new(Town.Id("frontend"), new("errors"))] };

    [Test]
    public void A_rollout_right_after_which_another_service_breaks_is_taken_back()
    {
        var (town, frontend, _) = Rolling(Policy);
        frontend.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.LessThanOrEqualTo(30));
        Assert.That(((Verdict.Regressed)town.Decisions[^1].Verdict).Signal, Is.EqualTo("impact"));
        Assert.That(town.Decisions[^1].Reason, Does.Contain("requests of shop/frontend since this rollout began"));
    }

    [Test]
    public void A_revision_that_never_reports_is_judged_by_what_it_breaks_elsewhere()
    {
        var town = new Town(Policy);
        var (frontend, shop) = (town.Open("frontend", 4), town.Open("checkout", 4));
        town.Run(120);
        shop.Reports = pod => !pod.IsNew;
        town.Roll(shop, "v2", old: 3, young: 1);
        town.Run(2);
        frontend.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.Not.Null);
        Assert.That(((Verdict.Regressed)town.Decisions[^1].Verdict).Signal, Is.EqualTo("impact"));
    }

    [Test]
    public void What_no_policy_names_breaks_without_being_laid_at_its_door()
    {
        var (town, frontend, _) = Rolling(Town.Policy);
        frontend.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.Null);
    }

    [Test]
    public void A_third_service_that_was_in_trouble_before_is_the_likelier_cause()
    {
        var (town, frontend, database) = Rolling(Policy);
        database.Load = _ => (500, 100);
        town.Run(2);
        frontend.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.Null);
        Assert.That(town.Rollout("checkout").VetoedBy, Is.EqualTo(Town.Id("database")));
    }

    [Test]
    public void The_other_service_s_own_rollout_is_its_own_affair()
    {
        var (town, frontend, _) = Rolling(Policy);
        town.Roll(frontend, "v2", old: 4, young: 1);
        frontend.Load = p => (500, p.IsNew ? 100 : 0);

        Assert.That(town.UntilRolledBack("frontend", within: 20), Is.LessThanOrEqualTo(30));
        Assert.That(town.Rollout("checkout").Phase.Name, Is.EqualTo("Comparing"));
    }

    [Test]
    public void Of_two_rollouts_the_one_that_began_just_before_is_taken_back_and_the_other_is_not()
    {
        var town = new Town(Policy);
        var frontend = town.Open("frontend", 4);
        var (early, late) = (town.Open("pricing", 4), town.Open("checkout", 4));
        town.Run(60);
        town.Roll(early, "v2", old: 3, young: 1);
        town.Run(120);
        town.Roll(late, "v2", old: 3, young: 1);
        town.Run(2);
        frontend.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.LessThanOrEqualTo(30));
        Assert.That(town.Rollout("pricing").Phase.Name, Is.Not.EqualTo("RollingBack"));
    }

    [Test]
    public void Of_two_rollouts_that_fit_alike_neither_is_taken_back_and_a_person_is_called()
    {
        var town = new Town(Policy);
        var frontend = town.Open("frontend", 4);
        var (one, other) = (town.Open("pricing", 4), town.Open("checkout", 4));
        town.Run(120);
        town.Roll(one, "v2", old: 3, young: 1);
        town.Roll(other, "v2", old: 3, young: 1);
        town.Run(2);
        frontend.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.Null);
        Assert.That(town.Rollout("pricing").Phase.Name, Is.Not.EqualTo("RollingBack"));
        Assert.That(town.Decisions.Count(d => d.Kind == DecisionKind.Page), Is.EqualTo(2));
        Assert.That(town.Decisions.Last(d => d.Kind == DecisionKind.Page).Reason, Does.Contain("its own rollout may as well be the cause"));
    }

    [Test]
    public void A_rollout_that_began_after_the_trouble_is_not_the_cause_and_the_one_before_is()
    {
        var town = new Town(Policy);
        var frontend = town.Open("frontend", 4);
        var (cause, bystander) = (town.Open("pricing", 4), town.Open("checkout", 4));
        town.Run(120);
        town.Roll(cause, "v2", old: 3, young: 1);
        town.Run(1);
        frontend.Load = _ => (500, 25);
        town.Run(1);
        town.Roll(bystander, "v2", old: 3, young: 1);

        Assert.That(town.UntilRolledBack("pricing", within: 20), Is.Not.Null);
        Assert.That(town.Rollout("checkout").Phase.Name, Is.Not.EqualTo("RollingBack"));
    }

    [Test]
    public void A_service_on_the_way_whose_own_rollout_fits_less_does_not_hide_the_cause()
    {
        var town = new Town(Policy);
        var frontend = town.Open("frontend", 4);
        var (cause, between) = (town.Open("pricing", 4), town.Open("checkout", 4));
        town.Run(60);
        town.Roll(between, "v2", old: 3, young: 1);
        town.Run(60);
        town.Roll(cause, "v2", old: 3, young: 1);
        town.Run(2);
        between.Load = _ => (500, 25);
        frontend.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("pricing", within: 20), Is.Not.Null);
        Assert.That(town.Rollout("checkout").Phase.Name, Is.Not.EqualTo("RollingBack"));
    }

    private static (Town Town, Service Frontend, Service Database) Rolling(GuardPolicy policy)
    {
        var town = new Town(policy);
        var (frontend, database, shop) = (town.Open("frontend", 4), town.Open("database", 2), town.Open("checkout", 4));
        town.Run(120);
        town.Roll(shop, "v2", old: 3, young: 1);
        town.Run(2);
        return (town, frontend, database);
    }
}
