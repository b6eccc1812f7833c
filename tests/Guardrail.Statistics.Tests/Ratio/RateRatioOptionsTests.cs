namespace Guardrail.Statistics.Tests;

public sealed class RateRatioOptionsTests
{
    [Test]
    public void The_cap_lets_three_ticks_decide_and_no_fewer()
    {
        // Python, math: log(1/(.001*.35*.5))/3
        Assert.That(RateRatioOptions.EvidenceCapFor(.001, .35, .5), Is.EqualTo(2.88357486134692).Within(1e-12));
        var options = new RateRatioOptions { EvidenceCap = RateRatioOptions.EvidenceCapFor(.001, .35, .5), AlternativeMultipliers = [2] };
        var test = new RateRatioTest(options);
        for (var tick = 1; tick <= 3; tick++)
        {
            Assert.That(test.LogEvidence, Is.LessThan(Evidence.RollbackThreshold(.001 * .35)));
            test.Observe(new TwoArmTally(1000, 1000, 0, 1000));
        }

        Assert.That(test.LogEvidence, Is.GreaterThanOrEqualTo(Evidence.RollbackThreshold(.001 * .35)));
    }

    [Test]
    public void The_hazard_is_one_fault_in_ten_minutes()
    {
        Assert.That(RateRatioOptions.RestartHazardFor(TimeSpan.FromSeconds(5)), Is.EqualTo(1.0 / 120).Within(1e-15));
        Assert.That(RateRatioOptions.RestartHazardFor(TimeSpan.FromHours(1)), Is.EqualTo(.5));
        Assert.That(() => RateRatioOptions.RestartHazardFor(TimeSpan.Zero), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Refuses_what_is_out_of_range()
    {
        Assert.That(() => new RateRatioOptions { NullRatio = .9 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RateRatioOptions { Dispersion = .99 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RateRatioOptions { Dispersion = double.NaN }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RateRatioOptions { EvidenceCap = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RateRatioOptions { FirstTickWeight = 1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RateRatioOptions { RestartHazard = 1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RateRatioOptions { AlternativeMultipliers = [] }, Throws.ArgumentException);
        Assert.That(() => new RateRatioOptions { AlternativeMultipliers = [1, 2] }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RateRatioOptions { AlternativeMultipliers = [3, 2] }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Compares_by_value()
    {
        var one = new RateRatioOptions { AlternativeMultipliers = [2, 3] };
        var other = new RateRatioOptions { AlternativeMultipliers = [2, 3] };
        Assert.That(one, Is.EqualTo(other));
        Assert.That(one.GetHashCode(), Is.EqualTo(other.GetHashCode()));
        Assert.That(one, Is.Not.EqualTo(other with { AlternativeMultipliers = [2, 4] }));
        Assert.That(one, Is.Not.EqualTo(other with { Direction = RatioDirection.Decrease }));
    }
}
