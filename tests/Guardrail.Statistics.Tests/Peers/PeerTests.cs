namespace Guardrail.Statistics.Tests;

public sealed class PeerTests
{
    // detection.md section 4: GRO (1/90, 3/10; .01, .2)
    [Test]
    public void Two_by_two_equals_the_reference() =>
        Assert.That(TwoByTwo.LogEvidence(new TwoArmTally(90, 10, 1, 3), .01, .2), Is.EqualTo(5.0970349488).Within(1e-9));

    [Test]
    public void Two_by_two_expects_at_most_one_at_every_common_rate()
    {
        foreach (var rate in new[] { .001, .05, .3, .9 })
        {
            var (control, canary) = (Enumeration.Binomial(12, rate), Enumeration.Binomial(5, rate));
            var mean = Enumeration.Mean(control, x => Enumeration.Mean(canary, y => Math.Exp(TwoByTwo.LogEvidence(new(12, 5, x, y), .05, .4))));
            Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-11), $"rate {rate}");
        }
    }

    [Test]
    public void Two_by_two_without_one_arm_tells_nothing() => Assert.That(TwoByTwo.LogEvidence(new(0, 10, 0, 3), .01, .2), Is.Zero);

    [Test]
    public void Two_by_two_refuses_more_events_than_requests() =>
        Assert.That(() => TwoByTwo.LogEvidence(new(10, 10, 0, 11), .01, .2), Throws.InstanceOf<ArgumentOutOfRangeException>());

    // Python, mpmath: log(sqrt(V/(V+tau**2))) + tau**2*d**2/(2*V*(V+tau**2))
    [Test]
    public void Mixture_sprt_equals_the_reference()
    {
        Assert.That(MixtureSprt.LogEvidence(.03, .0004, .01), Is.EqualTo(.113428224342895).Within(1e-12));
        var (p, v) = (.025, .025 * .975 * ((1 / 900.0) + (1 / 300.0)));
        Assert.That(MixtureSprt.LogEvidence(new TwoArmTally(900, 300, 9, 21), .01), Is.EqualTo(MixtureSprt.LogEvidence(.06, v, .01)).Within(1e-12), $"pooled {p}");
        Assert.That(MixtureSprt.LogEvidence(new TwoArmTally(900, 0, 9, 0), .01), Is.Zero);
    }
}
