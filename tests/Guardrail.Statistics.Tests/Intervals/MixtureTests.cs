namespace Guardrail.Statistics.Tests;

/// <summary>Against confseq, test/uniform_boundaries_unittest.cpp, whose values come from R and hold to 1e-5 (absolute).</summary>
public sealed class MixtureTests
{
    [Test]
    public void Normal_mixture_equals_the_reference()
    {
        var rho = NormalMixture.BestRho(100, .05);
        Assert.That(rho, Is.EqualTo(12.60056).Within(1e-5));
        Assert.That(NormalMixture.LogEvidence(10, 100, rho), Is.EqualTo(-.6510052).Within(1e-7));
        Assert.That(NormalMixture.Bound(100, .05, rho), Is.EqualTo(30.35209).Within(1e-5));
    }

    [Test]
    public void Two_sided_beta_binomial_mixture_equals_the_reference()
    {
        var mixture = new BetaBinomialMixture(100, .05, .2, .8, oneSided: false);
        Assert.That(mixture.LogEvidence(10, 100), Is.EqualTo(-.6941012).Within(1e-7));
        Assert.That(mixture.Bound(100, .05), Is.EqualTo(31.4308).Within(1e-5));
    }

    [Test]
    public void One_sided_beta_binomial_mixture_equals_the_reference()
    {
        var mixture = new BetaBinomialMixture(100, .05, .2, .8, oneSided: true);
        Assert.That(mixture.LogEvidence(10, 100), Is.EqualTo(-.07134019).Within(1e-8));
        Assert.That(mixture.Bound(100, .05), Is.EqualTo(28.41238).Within(1e-5));
        Assert.That(mixture.Bound(2 * .2 * .8, .05), Is.EqualTo(2 * .8).Within(1e-9));
    }

    [TestCase(700, 1000, .05, 100, .651629, .745949)]
    [TestCase(15, 50, .05, 50, .129556, .511896)]
    [TestCase(5, 50, .05, 50, .013021, .269264)]
    [TestCase(1, 50, .05, 50, 0, .13489)]
    [TestCase(1, 2, .05, 50, 0, 1)]
    [TestCase(100, 200, .05, 1, .328923, .671076)]
    [TestCase(0, 1, .05, 50, 0, 1)]
    [TestCase(1, 1, .05, 50, 0, 1)]
    public void Rate_interval_equals_the_reference(long events, long total, double alpha, double optimal, double lower, double upper)
    {
        var interval = RateInterval.For(events, total, alpha, optimal);
        Assert.That(interval.Lower, Is.EqualTo(lower).Within(1e-5));
        Assert.That(interval.Upper, Is.EqualTo(upper).Within(1e-5));
    }

    [Test]
    public void Rate_interval_with_dispersion_is_that_of_fewer_requests()
    {
        var (plain, bursty) = (RateInterval.For(50, 500, .05, 100), RateInterval.For(500, 5000, .05, 100, dispersion: 10));
        Assert.That(bursty.Lower, Is.EqualTo(plain.Lower).Within(1e-12));
        Assert.That(bursty.Upper, Is.EqualTo(plain.Upper).Within(1e-12));
    }

    // detection.md 1.4 gives C(.05) = 8.1227
    [Test]
    public void Empirical_band_equals_the_reference()
    {
        var band = new EmpiricalBand(.05, 100);
        Assert.That(band.Constant, Is.EqualTo(8.1227).Within(1e-4));
        Assert.That(band.Radius(1000), Is.EqualTo(.08204769).Within(1e-7));
        Assert.That(band.Radius(99), Is.EqualTo(double.PositiveInfinity));
    }

    [TestCase(.5, 70, .814704)]
    [TestCase(.5, 85, .0838055)]
    [TestCase(.5, 100, .0054947)]
    [TestCase(.9, 55, .0340463)]
    public void Quantile_comparison_equals_the_reference(double quantile, int offset, double expected)
    {
        // 1..1000 against 1+offset..1000+offset, as cumulative counts over all values of both.
        long[] control = [.. Enumerable.Range(1, 1000 + offset).Select(x => (long)Math.Min(1000, x))];
        long[] canary = [.. Enumerable.Range(1, 1000 + offset).Select(x => (long)Math.Max(0, x - offset))];
        Assert.That(QuantileComparison.PValue(control, canary, quantile, 100), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void Quantile_comparison_of_equal_arms_tells_nothing() =>
        Assert.That(QuantileComparison.PValue([10, 60, 100], [10, 60, 100], .5, 100), Is.EqualTo(1));

    [Test]
    public void Quantile_comparison_refuses_counts_that_fall() =>
        Assert.That(() => QuantileComparison.PValue([10, 5], [10, 60], .5, 100), Throws.ArgumentException);
}
