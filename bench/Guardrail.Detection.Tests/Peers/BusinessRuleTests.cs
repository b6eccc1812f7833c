using Guardrail.Detection.Peers;
using Guardrail.Simulation.Peers;
using Guardrail.Testing.Peers;

namespace Guardrail.Detection.Tests.Peers;

public sealed class BusinessRuleTests
{
    // Every fifth request leads to an order; one without is fed as an error.
    private const double Usual = 0.2;

    [Test]
    public void Limits_on_good_events_are_shares_of_the_usual_rate()
    {
        foreach (var family in PeerCatalogue.OfBusiness(0.1, Usual).Where(family => family.Knob.Contains("share of the usual", StringComparison.Ordinal)))
        {
            Assert.That(Decide(family.Make(0.9), orders: 0.185), Is.Null, family.Name);
            Assert.That(Decide(family.Make(0.9), orders: 0.15), Is.Not.Null, family.Name);
        }
    }

    [Test]
    public void Every_kind_of_rule_watches_good_events_but_those_that_look_at_latency_alone() =>
        Assert.That(
            PeerCatalogue.OfBusiness(0.1, Usual).Select(family => family.Name.Split(' ')[0]).Distinct(),
            Is.EquivalentTo(new[] { "Argo", "Flagger,", "CloudWatch", "Kayenta", "mSPRT", "Lindon–Malek", "z-test", "CUSUM" }));

    private static double? Decide(IPeerRule rule, double orders) =>
        Ticks.Run(rule, 1800, _ => new(Ticks.Counts(9000, 1 - (rule.Name.Contains("fleet", StringComparison.Ordinal) ? orders : Usual)), Ticks.Counts(1000, 1 - orders)))?.At;
}
