using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;

namespace Guardrail.Engine.Tests.Detectors;

/// <summary>A revision is watched on after the last old pod is gone.</summary>
public sealed class AfterRolloutTests
{
    private const int History = 120;

    [Test]
    public void Another_service_s_new_revision_that_breaks_its_callers_is_not_laid_at_its_door()
    {
        var town = new Town();
        var (shop, pricing) = (town.Open("checkout", 4), town.Open("pricing", 4));
        town.Run(120);
        town.Roll(shop, "v2", old: 0, young: 4);
        town.Run(12);
        town.Roll(pricing, "v2", old: 4, young: 1);
        pricing.Load = pod => (500, pod.IsNew ? 100 : 0);
        shop.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.Null);
        Assert.That(town.Decisions.Exists(d => d.Kind == DecisionKind.RollBack && d.Rollout.Workload == Town.Id("pricing")));
    }

    [Test]
    public void A_fault_that_sets_in_after_the_rollout_is_taken_back_within_half_a_minute()
    {
        var (town, shop) = Rolled();
        town.Run(60);
        shop.Load = _ => (500, 25);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.LessThanOrEqualTo(30));
        Assert.That(town.Rollout("checkout").Verdict, Is.InstanceOf<Verdict.Regressed>());
        Assert.That(town.Decisions[^1].Reason, Does.Match("errors: [0-9,]+ errors in [0-9,]+ requests of v2 since v1 is gone .*before it were at most"));
    }

    [Test]
    public void A_rolling_update_that_was_over_before_anything_was_compared_is_still_taken_back()
    {
        var (town, shop) = Rolled();
        shop.Load = p => (500, p.IsNew ? 25 : 0);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.LessThanOrEqualTo(30));
        Assert.That(town.Rollout("checkout").Signals.Single(s => s.Kind == DetectorKind.Comparison).TicksCompared, Is.Zero);
    }

    [Test]
    public void Twice_what_was_usual_before_is_still_healthy()
    {
        var (town, shop) = Rolled(usual: 5);
        shop.Load = _ => (500, 10);

        Assert.That(town.UntilRolledBack("checkout", within: 400), Is.Null);
    }

    [Test]
    public void It_is_not_blamed_when_another_workload_is_in_trouble_at_the_same_time_and_a_person_is_called()
    {
        var (town, shop) = Rolled();
        var other = town.Guarded("pricing");
        town.Run(60);
        shop.Load = _ => (500, 100);
        Pricing.Load = _ => (500, 100);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.Null);
        Assert.That(town.Rollout("checkout").VetoedBy, Is.EqualTo(other.View.Id));
        Assert.That(town.Decisions.Count(d => d.Kind == DecisionKind.Page && d.Reason.Contains("in trouble first", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public void It_is_blamed_when_the_other_workload_gets_into_trouble_only_afterwards()
    {
        var (town, shop) = Rolled();
        town.Run(60);
        shop.Load = _ => (500, 100);
        town.Run(3);
        Pricing.Load = _ => (500, 100);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.LessThanOrEqualTo(20));
    }

    [Test]
    public void A_fault_that_outlasts_the_other_workloads_trouble_is_its_own()
    {
        var (town, shop) = Rolled();
        town.Run(60);
        shop.Load = _ => (500, 100);
        Pricing.Load = _ => (500, 100);
        town.Run(12);
        Pricing.Load = _ => (500, 0);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.InRange(30, 240));
    }

    [Test]
    public void An_interruption_in_the_middle_changes_nothing()
    {
        var seconds = new List<int?>();
        foreach (var interrupted in new[] { false, true })
        {
            var (town, shop) = Rolled();
            town.Run(60);
            shop.Load = _ => (500, 25);
            town.Run(2);
            if (interrupted)
            {
                town.Restart();
            }

            seconds.Add(town.UntilRolledBack("checkout", within: 20));
        }

        Assert.That(seconds[0], Is.Not.Null);
        Assert.That(seconds[1], Is.EqualTo(seconds[0]));
    }

    private Service Pricing { get; set; } = null!;

    private (Town Town, Service Shop) Rolled(long usual = 0)
    {
        var town = new Town();
        var shop = town.Open("checkout", 6);
        Pricing = town.Open("pricing", 3);
        shop.Load = _ => (500, usual);
        town.Run(History);
        town.Roll(shop, "v2", old: 0, young: 6);
        return (town, shop);
    }
}
