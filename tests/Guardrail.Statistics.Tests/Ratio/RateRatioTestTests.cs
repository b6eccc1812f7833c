namespace Guardrail.Statistics.Tests;

public sealed class RateRatioTestTests
{
    private static readonly (long X, long K)[] Ticks = [(1, 3), (4, 5), (6, 7), (5, 6)];

    // detection.md section 4, "This design": D1 with r0=1.5, phi=1.5, w1=.5, h=1/120, rho=.1.
    [TestCase(double.PositiveInfinity, new[] { -0.096525758, 1.849054634, 7.026912041, 11.565598590 })]
    [TestCase(2.302585092994046, new[] { -0.096525758, 1.242152474, 3.356675002, 5.588075485 })] // ln(1000)/3
    public void Equals_the_reference(double cap, double[] expected)
    {
        var test = new RateRatioTest(new RateRatioOptions { EvidenceCap = cap });
        for (var t = 0; t < Ticks.Length; t++)
        {
            test.Observe(new TwoArmTally(900, 100, Ticks[t].K - Ticks[t].X, Ticks[t].X));
            Assert.That(test.LogEvidence, Is.EqualTo(expected[t]).Within(1e-9));
        }
    }
}
