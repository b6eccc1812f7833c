using Guardrail.Detection.Peers.Sequential;
using Guardrail.Testing.Peers;

namespace Guardrail.Detection.Tests.Peers;

public sealed class SequentialTests
{
    // Reference values of savvi's examples (Lindon and Malek 2022), as p = 1/E, and of the gist by the paper's author.
    [TestCase(new long[] { 148, 62 }, new[] { 0.8, 0.2 }, 0.045579631759)]
    [TestCase(new long[] { 40, 129, 233 }, new[] { 0.1, 0.4, 0.5 }, 0.0484559110597)]
    [TestCase(new long[] { 156, 212 }, new[] { 0.5, 0.5 }, 0.0748645297878)]
    public void The_p_value_is_that_of_savvi(long[] counts, double[] theta, double expected) =>
        Assert.That(Math.Exp(-MultinomialRule.LogEvidence(counts, theta, 100)), Is.EqualTo(expected).Within(5e-13));

    // The first by exact rational arithmetic: rising factorials of 50, 50 and 100.
    [TestCase(new long[] { 50, 80 }, 0.5, 100, 1.552844961143)]
    [TestCase(new long[] { 100, 150 }, 0.5, 100, 2.96583888)]
    [TestCase(new long[] { 0, 20 }, 0.5, 100, 1.59705712)]
    [TestCase(new long[] { 18, 8 }, 0.1, 100, 0.87762924)]
    [TestCase(new long[] { 18, 8 }, 0.1, 10, 2.24452366)]
    public void The_evidence_is_that_of_the_reference(long[] counts, double share, double k, double expected) =>
        Assert.That(MultinomialRule.LogEvidence(counts, [1 - share, share], k), Is.EqualTo(expected).Within(5e-9));

    [Test]
    public void The_multinomial_rule_ignores_a_better_canary()
    {
        Assert.That(Ticks.RunMinutes(new MultinomialRule(100, 0.5, 0.01, BadEvents.Errors), 1800, _ => 0, 0.05), Is.Null);
        Assert.That(Ticks.RunMinutes(new MultinomialRule(100, 0.5, 0.01, BadEvents.Errors), 1800, _ => 0.05)?.At, Is.LessThanOrEqualTo(15));
    }

    [Test]
    public void The_band_is_that_of_confseq()
    {
        Assert.That(DkwBand.Constant(0.05), Is.EqualTo(8.1227).Within(5e-4));
        Assert.That(new DkwBand(0.05, 100).Width(1000), Is.EqualTo(0.08204769).Within(2e-6));
        Assert.That(new DkwBand(0.05, 100).Width(99), Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void The_bands_find_a_slower_canary_and_no_quicker_one()
    {
        Assert.That(Shifted(control: 100, canary: 400)?.At, Is.LessThan(120));
        Assert.That(Shifted(control: 400, canary: 100), Is.Null);

        static (double At, object)? Shifted(long control, long canary) =>
            Ticks.Run(new DkwRule(0.01), 600, _ => new(Ticks.Counts(1000, 0, [control]), Ticks.Counts(1000, 0, [canary])) { Edges = [0.1] });
    }

    [Test]
    public void The_mixture_ratio_is_one_over_the_root_at_no_difference() =>
        Assert.That(MixtureSprtRule.LogRatio(0, 1e-6, 1e-3), Is.EqualTo(-0.5 * Math.Log(2)).Within(1e-12));

    [Test]
    public void The_mixture_ratio_integrates_the_likelihood_over_the_prior()
    {
        // Numerical integral of N(Δ; θ, V)/N(Δ; 0, V) over θ ~ N(0, τ²).
        const double Difference = 0.003, Variance = 1e-6, Tau = 0.002;
        double sum = 0;
        const double Step = Tau / 2000;
        for (var theta = -8 * Tau; theta <= 8 * Tau; theta += Step)
        {
            var prior = Math.Exp(-theta * theta / (2 * Tau * Tau)) / (Tau * Math.Sqrt(2 * Math.PI));
            sum += Step * prior * Math.Exp(((Difference * theta) - (theta * theta / 2)) / Variance);
        }

        Assert.That(MixtureSprtRule.LogRatio(Difference, Variance, Tau), Is.EqualTo(Math.Log(sum)).Within(1e-6));
    }

    [Test]
    public void The_mixture_rule_and_the_peeking_rule_are_one_sided()
    {
        Assert.That(Ticks.RunMinutes(new MixtureSprtRule(0.01, 0.01, BadEvents.Errors), 1800, _ => 0, 0.05), Is.Null);
        Assert.That(Ticks.RunMinutes(new MixtureSprtRule(0.01, 0.01, BadEvents.Errors), 1800, _ => 0.05)?.At, Is.LessThanOrEqualTo(10));
        Assert.That(Ticks.RunMinutes(new PeekingRule(2.326, BadEvents.Errors), 1800, _ => 0, 0.05), Is.Null);
        Assert.That(Ticks.RunMinutes(new PeekingRule(2.326, BadEvents.Errors), 1800, _ => 0.05)?.At, Is.EqualTo(5));
    }

    [Test]
    public void Cusum_forgets_the_past_when_the_canary_is_well()
    {
        // 0.5 % against 0.5 % for long, then 5 %: ten times the rate is found within seconds however long it was well.
        var decided = Ticks.RunMinutes(new CusumRule(6.908, 3, BadEvents.Errors), 3600, minute => minute < 30 ? 0.005 : 0.05, 0.005);

        Assert.That(decided?.At, Is.InRange(1805, 1810));
    }

    [Test]
    public void Slow_requests_can_take_the_place_of_errors() =>
        Assert.That(
            Ticks.Run(new PeekingRule(2.326, new(1)), 600, _ => new(Ticks.Counts(1000, 0, [50, 1]), Ticks.Counts(1000, 0, [50, 30])) { Edges = [0.1, 1] })?.At,
            Is.EqualTo(5));

    [Test]
    public void The_log_of_the_gamma_function_is_exact_at_factorials() =>
        Assert.That(
            new[] { LogGamma.Of(1), LogGamma.Of(5), LogGamma.Of(0.5), LogGamma.Of(101) },
            Is.EqualTo(new[] { 0, Math.Log(24), Math.Log(Math.Sqrt(Math.PI)), 363.73937555556347 }).Within(1e-11));
}
