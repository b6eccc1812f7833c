namespace Guardrail.Statistics.Tests;

public sealed class TwoByTwoTests
{
    // detection.md section 4: GRO (1/90, 3/10; .01, .2)
    [Test]
    public void Equals_the_reference() =>
        Assert.That(TwoByTwo.LogEvidence(new TwoArmTally(90, 10, 1, 3), .01, .2), Is.EqualTo(5.0970349488).Within(1e-9));

    [Test]
    public void Expects_at_most_one_at_every_common_rate()
    {
        foreach (var rate in new[] { .001, .05, .3, .9 })
        {
            var (control, canary) = (Enumeration.Binomial(12, rate), Enumeration.Binomial(5, rate));
            var mean = Enumeration.Mean(
                control, x => Enumeration.Mean(canary, y => Math.Exp(TwoByTwo.LogEvidence(new(12, 5, x, y), .05, .4))));
            Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-11), $"rate {rate}");
        }
    }

    [Test]
    public void Without_one_arm_tells_nothing() => Assert.That(TwoByTwo.LogEvidence(new(0, 10, 0, 3), .01, .2), Is.Zero);

    [Test]
    public void Refuses_more_events_than_requests() =>
        Assert.That(() => TwoByTwo.LogEvidence(new(10, 10, 0, 11), .01, .2), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
