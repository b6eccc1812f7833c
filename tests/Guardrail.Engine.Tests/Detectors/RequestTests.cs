using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Policies;

namespace Guardrail.Engine.Tests.Detectors;

/// <summary>Requests that vanish, in the new revision or everywhere, and business that is no longer done.</summary>
public sealed class RequestTests
{
    [Test]
    public void A_new_revision_that_no_request_reaches_any_more_is_taken_back()
    {
        var (town, shop) = Rolling();
        town.Run(12);
        shop.Load = p => (p.IsNew ? 0 : Wavy(p), 0);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.LessThanOrEqualTo(30));
        Assert.That(((Verdict.Regressed)town.Decisions[^1].Verdict).Signal, Is.EqualTo("requests"));
        Assert.That(town.Decisions[^1].Reason, Does.Match("requests: [0-9,]+ reached the pods of v2, where those of v1 lead to expect"));
    }

    [Test]
    public void Half_of_its_share_is_still_healthy()
    {
        var (town, shop) = Rolling();
        shop.Load = p => (p.IsNew ? Wavy(p) * 55 / 100 : Wavy(p), 0);

        Assert.That(town.UntilRolledBack("checkout", within: 300), Is.Null);
    }

    [Test]
    public void Requests_that_vanish_everywhere_are_found_by_their_forecast()
    {
        var (town, shop) = Rolling();
        town.Run(12);
        shop.Load = p => (Wavy(p) / 50, 0);

        Assert.That(town.UntilRolledBack("checkout", within: 30), Is.LessThanOrEqualTo(45));
        Assert.That(((Verdict.Regressed)town.Decisions[^1].Verdict).Signal, Is.EqualTo("volume"));
    }

    [Test]
    public void A_part_of_them_that_vanishes_with_nobody_to_compare_with_is_for_a_person_to_judge()
    {
        var town = new Town();
        var shop = town.Open("checkout", 6);
        shop.Load = p => (Wavy(p), 0);
        town.Run(200);
        town.Roll(shop, "v2", old: 5, young: 1);
        town.Run(12);
        shop.Load = p => (Wavy(p) / 5, 0);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.Null);
        Assert.That(town.Rollout("checkout").Doubt, Is.EqualTo(Doubt.Alone));
        Assert.That(town.Decisions.Single(d => d.Kind == DecisionKind.Page).Reason, Does.Contain("has lost a part of its requests"));

        shop.Load = p => (Wavy(p) / 50, 0);

        Assert.That(town.UntilRolledBack("checkout", within: 20), Is.Not.Null, "now nothing arrives any more");
    }

    [Test]
    public void Requests_that_vanish_from_the_other_services_too_are_not_laid_at_its_door()
    {
        var (town, shop) = Rolling(out var other);
        town.Run(12);
        shop.Load = p => (Wavy(p) / 50, 0);
        other.Load = p => (Wavy(p) / 50, 0);

        Assert.That(town.UntilRolledBack("checkout", within: 60), Is.Null);
        Assert.That(town.Rollout("checkout").VetoedBy, Is.EqualTo(Town.Id("pricing")));
    }

    [Test]
    public void Without_history_neither_is_tested()
    {
        var town = new Town();
        var shop = town.Open("checkout", 6);
        town.Run(3);
        town.Roll(shop, "v2", old: 5, young: 1);
        town.Run(3);

        var kinds = town.Rollout("checkout").Signals.Select(s => s.Kind).ToList();
        Assert.That(kinds, Does.Contain(DetectorKind.Comparison).And.Not.Contain(DetectorKind.RequestShare).And.Not.Contain(DetectorKind.Volume));
        Assert.That(town.Rollout("checkout").Signals.Sum(s => s.Parameters.Weight), Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void A_new_revision_that_sells_less_is_taken_back_and_one_that_sells_more_is_not()
    {
        var policy = Town.Policy with
        {
            Signals = [new SignalDefinition.Business { Id = new("orders"), Weight = 0.15, Metric = "orders_total", Requests = "http_requests_total" }],
        };
        foreach (var (sold, taken) in new[] { (10L, true), (25L, false), (40L, false) })
        {
            var town = new Town(policy);
            var shop = town.Open("checkout", 6);
            shop.Load = p => (500, p.IsNew ? sold : 25);
            town.Run(60);
            town.Roll(shop, "v2", old: 5, young: 1);

            Assert.That(town.UntilRolledBack("checkout", within: 120) is not null, Is.EqualTo(taken), $"{sold} sold where 25 were");
        }
    }

    private static (Town Town, Service Shop) Rolling() => Rolling(out _);

    private static (Town Town, Service Shop) Rolling(out Service other)
    {
        var town = new Town();
        var shop = town.Open("checkout", 6);
        other = town.Open("pricing", 3);
        (shop.Load, other.Load) = (p => (Wavy(p), 0), p => (Wavy(p), 0));
        town.Run(150);
        town.Roll(shop, "v2", old: 5, young: 1);
        return (town, shop);
    }

    /// <summary>About 500 requests, not the same for every pod.</summary>
    private static long Wavy(Pod pod) => 480 + (7 * pod.Number);
}
