namespace Guardrail.Statistics.Tests;

/// <summary>The lemmas of detection.md 1.2 by exact enumeration: under every null the expected e-value of a tick is at most 1.</summary>
public sealed class SupermartingaleTests
{
    private const double Rounding = 1e-11;
    private static readonly double[] Nulls = [1, 1.25, 1.5, 2, 5];
    private static readonly double[] Shares = [.01, .1, .5, .9];
    private static readonly double[] Multipliers = [1.25, 1.5, 2, 3, 5, 10, 30, 100];
    private static readonly double[] Healthier = [1, .999, .9, .5, .1]; // fractions of the null ratio

    [Test]
    public void Expected_ratio_is_at_most_one_for_independent_events()
    {
        foreach (var (rho, r0, r1, r) in Cases())
        {
            foreach (var k in new[] { 1, 2, 7, 40 })
            {
                var mean = MeanRatio(Enumeration.Binomial(k, Enumeration.Share(rho, r)), k, rho, r0, r1, 1);
                Assert.That(mean, Is.LessThanOrEqualTo(1 + Rounding), $"rho {rho} r0 {r0} r1 {r1} r {r} K {k}");
            }
        }
    }

    [Test]
    public void Expected_ratio_is_exactly_one_at_the_boundary() =>
        Assert.That(MeanRatio(Enumeration.Binomial(12, Enumeration.Share(.1, 1.5)), 12, .1, 1.5, 4.5, 1), Is.EqualTo(1).Within(1e-12));

    [Test]
    public void Expected_ratio_is_at_most_one_for_requests_up_to_the_odds_ratio()
    {
        foreach (var (control, canary) in new[] { (30, 5), (20, 20), (4, 36) })
        {
            var rho = canary / (double)(control + canary);
            foreach (var (_, r0, r1, omega) in Cases().Where(c => c.Rho == .1))
            {
                foreach (var k in new[] { 1, 5, 18, control + canary - 1 })
                {
                    var mean = MeanRatio(Enumeration.Hypergeometric(control, canary, k, omega), k, rho, r0, r1, 1);
                    Assert.That(mean, Is.LessThanOrEqualTo(1 + Rounding), $"{control}:{canary} r0 {r0} r1 {r1} omega {omega} K {k}");
                }
            }
        }
    }

    [Test]
    public void Expected_ratio_is_at_most_one_for_incidents_no_larger_than_the_dispersion()
    {
        foreach (var sizes in new int[][] { [5], [5, 5, 5], [1, 2, 3, 4, 5], [1, 1, 1, 5] })
        {
            foreach (var (rho, r0, r1, r) in Cases())
            {
                var mean = MeanRatio(Enumeration.Incidents(sizes, Enumeration.Share(rho, r)), sizes.Sum(), rho, r0, r1, 5);
                Assert.That(mean, Is.LessThanOrEqualTo(1 + Rounding), $"rho {rho} r0 {r0} r1 {r1} r {r}");
            }
        }
    }

    [Test]
    public void Without_dispersion_incidents_break_the_bound() =>
        Assert.That(MeanRatio(Enumeration.Incidents([5, 5], Enumeration.Share(.1, 1.5)), 10, .1, 1.5, 4.5, 1), Is.GreaterThan(1.5));

    [Test]
    public void The_whole_test_never_gains_on_average_whatever_came_before()
    {
        TwoArmTally[] eventful = [new(900, 100, 0, 6), new(500, 500, 9, 1), new(900, 100, 1, 4)];
        foreach (var past in new[] { [], eventful[..1], eventful })
        {
            foreach (var cap in new[] { 1, double.PositiveInfinity })
            {
                var options = new RateRatioOptions { Dispersion = 1, EvidenceCap = cap };
                var test = new RateRatioTest(options);
                foreach (var tick in past)
                {
                    test.Observe(tick);
                }

                var state = new double[test.StateLength];
                test.CopyStateTo(state);
                var before = test.LogEvidence;
                var mean = Enumeration.Mean(Enumeration.Binomial(15, Enumeration.Share(.2, 1.5)), x =>
                {
                    test.RestoreState(state);
                    test.Observe(new TwoArmTally(800, 200, 15 - x, x));
                    return Math.Exp(test.LogEvidence - before);
                });
                Assert.That(mean, double.IsInfinity(cap) ? Is.EqualTo(1).Within(Rounding) : Is.LessThanOrEqualTo(1 + Rounding));
            }
        }
    }

    private static IEnumerable<(double Rho, double R0, double R1, double R)> Cases() =>
        from rho in Shares
        from r0 in Nulls
        from multiplier in Multipliers
        from fraction in Healthier
        select (rho, r0, r0 * multiplier, r0 * fraction);

    private static double MeanRatio(double[] law, int k, double rho, double r0, double r1, double phi) =>
        Enumeration.Mean(law, x => Math.Exp(ConditionalBinomial.LogLikelihoodRatio(x, k, rho, r0, r1) / phi));
}
