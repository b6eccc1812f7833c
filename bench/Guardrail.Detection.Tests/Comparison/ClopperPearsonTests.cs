using Guardrail.Detection.Comparison;

namespace Guardrail.Detection.Tests.Comparison;

public sealed class ClopperPearsonTests
{
    // R: binom.test(k, n, alternative = "less")$conf.int[2]; for k = 0 that is 1 - 0.05^(1/n).
    [TestCase(0, 20, 0.1391083)]
    [TestCase(0, 8000, 0.00037440)]
    [TestCase(1, 10, 0.3941633)]
    [TestCase(10, 10, 1)]
    public void Upper_limits_are_those_of_the_exact_test(int events, int trials, double expected) =>
        Assert.That(ClopperPearson.Upper(events, trials), Is.EqualTo(expected).Within(2e-6));
}
