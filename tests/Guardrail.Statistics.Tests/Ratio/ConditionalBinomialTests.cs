namespace Guardrail.Statistics.Tests;

public sealed class ConditionalBinomialTests
{
    // Python, math: x*log(p(r1)/p(r0)) + (K-x)*log((1-p(r1))/(1-p(r0))), p(r) = rho*r/(1-rho+rho*r)
    [TestCase(5, 6, .1, 1, 10, 7.6618021479)]
    [TestCase(5, 6, .1, 1.5, 15, 6.5528540259)]
    [TestCase(0, 6, .1, 1, 10, -3.8511233170)]
    [TestCase(40, 50, .5, 1, 3, 9.2871325187)]
    [TestCase(40, 50, .5, 1.25, 5, 2 * 3.2051558971)] // published with phi = 2
    public void Equals_the_reference(double x, double k, double share, double r0, double r1, double expected) =>
        Assert.That(ConditionalBinomial.LogLikelihoodRatio(x, k, share, r0, r1), Is.EqualTo(expected).Within(1e-9));

    [Test]
    public void No_events_tell_nothing() => Assert.That(ConditionalBinomial.LogLikelihoodRatio(0, 0, .3, 1.5, 3), Is.Zero);

    [TestCase(-1, 2, .5, 1, 2)]
    [TestCase(3, 2, .5, 1, 2)]
    [TestCase(1, 2, 0, 1, 2)]
    [TestCase(1, 2, 1, 1, 2)]
    [TestCase(1, 2, double.NaN, 1, 2)]
    [TestCase(1, 2, .5, 0, 2)]
    [TestCase(1, 2, .5, 1, double.PositiveInfinity)]
    public void Refuses_what_is_out_of_range(double x, double k, double share, double r0, double r1) =>
        Assert.That(() => ConditionalBinomial.LogLikelihoodRatio(x, k, share, r0, r1), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
