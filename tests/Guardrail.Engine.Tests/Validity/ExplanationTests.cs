using Guardrail.Engine.Detectors;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Tests.Detectors;

namespace Guardrail.Engine.Tests.Validity;

/// <summary>What a person is told can be checked against the counts.</summary>
public sealed class ExplanationTests
{
    [Test]
    public void The_intervals_hold_the_rates_that_were_counted()
    {
        var errors = Watched(old: 2, young: 3).Rollout("checkout").Signals.Single(s => s.Kind == DetectorKind.Comparison);

        Assert.That(errors.CanaryRate!.Value.Contains(0.006), Is.True);
        Assert.That(errors.ControlRate!.Value.Contains(0.004), Is.True);
        Assert.That(errors.CanaryRate.Value.Upper - errors.CanaryRate.Value.Lower, Is.GreaterThan(errors.ControlRate.Value.Upper - errors.ControlRate.Value.Lower));
        Assert.That(errors.Finding, Does.Contain("requests of v2 (0.6 %, ").And.Contain("of v1 (0.4 %)"));
    }

    [Test]
    public void The_requests_said_to_be_needed_are_about_those_that_it_takes()
    {
        var town = Watched(old: 5, young: 11, ticks: 4);
        var before = town.Rollout("checkout");
        Assert.That(before.RequestsNeeded, Is.Not.Null);
        Assert.That(before.Verdict.Reason, Does.Match("about [0-9,]+ more requests of v2 decide|evidence"));

        var seconds = town.UntilRolledBack("checkout", within: 400);

        Assert.That(seconds / 5 * 500.0, Is.EqualTo(before.RequestsNeeded!.Value).Within(60).Percent);
    }

    [Test]
    public void The_path_leads_from_nothing_to_the_evidence_there_is()
    {
        var rollout = Watched(old: 1, young: 1, ticks: 300).Rollout("checkout");

        Assert.That(rollout.Path, Has.Length.InRange(64, 128));
        Assert.That(rollout.Path[^1].LogEvidence, Is.EqualTo(rollout.LogEvidence).Within(1e-12));
    }

    private static Town Watched(long old, long young, int ticks = 20)
    {
        var town = new Town(Town.Policy with { Watch = WatchWeights.None });
        var shop = town.Open("checkout", 9);
        shop.Load = _ => (500, old);
        town.Run(120);
        town.Roll(shop, "v2", old: 9, young: 1);
        shop.Load = p => (500, p.IsNew ? young : old);
        return town.Run(ticks);
    }
}
