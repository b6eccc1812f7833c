namespace Guardrail.Statistics.Tests;

public sealed class RequestsNeededTests
{
    private static readonly double Threshold = Evidence.RollbackThreshold(.001);

    [Test]
    public void Going_on_for_as_many_requests_settles_it()
    {
        // 100 canary requests a tick; one tick has exactly the expected counts.
        var tick = new TwoArmTally(900, 100, 9, 4);
        var test = new RateRatioTest(new RateRatioOptions { EvidenceCap = double.PositiveInfinity });
        for (var t = 0; t < 3; t++)
        {
            test.Observe(tick);
        }

        var needed = RequestsNeeded.ToRollBack(test, Threshold, in tick);
        var ticks = 0;
        while (test.LogEvidence < Threshold)
        {
            test.Observe(tick);
            ticks++;
        }

        Assert.That(needed, Is.EqualTo(100 * ticks).Within(150));
        Assert.That(RequestsNeeded.ToRollBack(test, Threshold, in tick), Is.Zero);
    }

    [Test]
    public void A_healthy_canary_is_never_rolled_back_and_cleared_in_time()
    {
        var tick = new TwoArmTally(900, 100, 18, 2);
        Assert.That(RequestsNeeded.ToRollBack(new RateRatioTest(new()), Threshold, in tick), Is.EqualTo(double.PositiveInfinity));

        var interval = new RateRatioInterval(1.5);
        var needed = RequestsNeeded.ToClear(interval, 2, .05, in tick);
        var ticks = 0;
        while (interval.At(.05).Upper > 2)
        {
            interval.Observe(tick);
            ticks++;
        }

        Assert.That(needed, Is.EqualTo(100 * ticks).Within(.1 * 100 * ticks));
        Assert.That(RequestsNeeded.ToClear(interval, 2, .05, in tick), Is.Zero);
    }

    [Test]
    public void A_bad_canary_is_never_cleared()
    {
        var tick = new TwoArmTally(900, 100, 9, 8);
        Assert.That(RequestsNeeded.ToClear(new RateRatioInterval(1), 2, .05, in tick), Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void Nothing_observed_settles_nothing()
    {
        var nothing = new TwoArmTally(900, 100, 0, 0);
        Assert.That(RequestsNeeded.ToRollBack(new RateRatioTest(new()), Threshold, in nothing), Is.EqualTo(double.PositiveInfinity));
        Assert.That(RequestsNeeded.ToClear(new RateRatioInterval(1), 2, .05, in nothing), Is.EqualTo(double.PositiveInfinity));
    }
}
