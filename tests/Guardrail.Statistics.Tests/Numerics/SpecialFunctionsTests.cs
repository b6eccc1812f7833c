namespace Guardrail.Statistics.Tests;

public sealed class SpecialFunctionsTests
{
    // Python, mpmath (40 digits): loggamma(x)
    [TestCase(1e-3, 6.9071788853838537)]
    [TestCase(.5, .57236494292470009)]
    [TestCase(1, 0)]
    [TestCase(2.5, .28468287047291916)]
    [TestCase(15.9, 27.625493215168691)]
    [TestCase(16, 27.899271383840892)]
    [TestCase(100.25, 360.28455963776423)]
    [TestCase(1e7, 151180949.36947391)]
    public void Log_gamma_equals_the_reference(double x, double expected) =>
        Assert.That(SpecialFunctions.LogGamma(x), Is.EqualTo(expected).Within(2e-14 * Math.Max(1, Math.Abs(expected))));

    // Python, mpmath (40 digits): log(betainc(a, b, 0, x, regularized=True))
    [TestCase(2, 3, .4, -.64473804135225777)]
    [TestCase(.5, .5, .1, -1.5855614147303533)]
    [TestCase(50, 30, .7, -.082598463312082221)]
    [TestCase(30.5, 5000, .003, -8.0786018454898984)]
    [TestCase(200, 300, .9, 0)]
    [TestCase(1e-2, 12, .5, -3.8851702526774796e-7)]
    [TestCase(1000, 1000, .45, -12.511728925486781)]
    public void Log_incomplete_beta_equals_the_reference(double a, double b, double x, double expected) =>
        Assert.That(SpecialFunctions.LogIncompleteBeta(a, b, x), Is.EqualTo(expected).Within(1e-11));

    [Test]
    public void Sums_of_exponentials_neither_overflow_nor_vanish()
    {
        Assert.That(LogDomain.Add(1e6, 1e6), Is.EqualTo(1e6 + Math.Log(2)).Within(1e-9));
        Assert.That(LogDomain.SumExp([-1e6, -1e6, -1e6]), Is.EqualTo(-1e6 + Math.Log(3)).Within(1e-9));
        Assert.That(LogDomain.MeanExp([5, 5]), Is.EqualTo(5).Within(1e-15));
        Assert.That(LogDomain.Add(double.NegativeInfinity, -3), Is.EqualTo(-3));
        Assert.That(LogDomain.Add(double.NegativeInfinity, double.NegativeInfinity), Is.EqualTo(double.NegativeInfinity));
        Assert.That(LogDomain.SumExp([]), Is.EqualTo(double.NegativeInfinity));
    }
}
