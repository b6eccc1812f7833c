namespace Guardrail.Statistics.Tests;

public sealed class RateRatioIntervalTests
{
    [Test]
    public void Knows_nothing_at_first()
    {
        var interval = new RateRatioInterval(1);
        Assert.That(interval.Estimate, Is.NaN);
        Assert.That(interval.At(.05), Is.EqualTo(new Interval(0, double.PositiveInfinity)));
        interval.Observe(new TwoArmTally(900, 100, 0, 0));
        Assert.That(interval.Ticks, Is.Zero);
    }

    // Python, mpmath: the maximum of x*log(r) - K*log(1+rho*(r-1)) is at r = x(1-rho)/((K-x) rho)
    [TestCase(900, 100, 50, 50, 9.0)]
    [TestCase(500, 500, 30, 15, .5)]
    public void Estimates_the_ratio_to_a_grid_step(long a, long b, long x, long y, double expected)
    {
        var interval = new RateRatioInterval(1);
        interval.Observe(new TwoArmTally(a, b, x, y));
        Assert.That(interval.Estimate, Is.EqualTo(expected).Within(.02 * expected));
        Assert.That(interval.At(.05).Contains(expected), Is.True);
        Assert.That(interval.At(.001).Upper, Is.GreaterThan(interval.At(.05).Upper));
    }

    [Test]
    public void Misses_the_true_ratio_at_any_time_no_more_often_than_stated()
    {
        const int Runs = 400;
        var misses = 0;
        for (var run = 0; run < Runs; run++)
        {
            var (random, interval, missed) = (new Seeded((ulong)run), new RateRatioInterval(1), false);
            for (var tick = 0; tick < 40 && !missed; tick++)
            {
                interval.Observe(new TwoArmTally(900, 100, random.Poisson(4), random.Poisson(4 * 2 / 9.0)));
                missed = !interval.At(.05).Contains(2);
            }

            misses += missed ? 1 : 0;
        }

        Assert.That(ClopperPearson.Lower(misses, Runs, .001), Is.LessThanOrEqualTo(.05), $"{misses} of {Runs}");
    }

    [Test]
    public void Expected_evidence_against_the_true_ratio_is_one()
    {
        // The e-value against a grid ratio after one tick of 12 events, enumerated.
        foreach (var ratio in new[] { .5, 1, 2.5 })
        {
            var point = RateRatioInterval.PointAt(ratio);
            var mean = Enumeration.Mean(Enumeration.Binomial(12, Enumeration.Share(.3, GridRatio(point))), x =>
            {
                var interval = new RateRatioInterval(1);
                interval.Observe(new TwoArmTally(700, 300, 12 - x, x));
                return Math.Exp(RateRatioInterval.LogMixture(interval.LogLikelihood) - interval.LogLikelihood[point]);
            });
            Assert.That(mean, Is.EqualTo(1).Within(1e-10));
        }
    }

    [Test]
    public void A_restored_state_has_the_identical_future()
    {
        var (interval, restored) = (new RateRatioInterval(2), new RateRatioInterval(2));
        interval.Observe(new TwoArmTally(900, 100, 5, 3));
        var state = new double[RateRatioInterval.StateLength];
        interval.CopyStateTo(state);
        restored.RestoreState(state);
        interval.Observe(new TwoArmTally(900, 100, 5, 9));
        restored.Observe(new TwoArmTally(900, 100, 5, 9));
        Assert.That(restored.At(.05), Is.EqualTo(interval.At(.05)));
        Assert.That((restored.Estimate, restored.Ticks), Is.EqualTo((interval.Estimate, interval.Ticks)));
        state[5] = double.NaN;
        Assert.That(() => restored.RestoreState(state), Throws.ArgumentException);
    }

    [Test]
    public void Ten_million_events_do_not_overflow()
    {
        var interval = new RateRatioInterval(1);
        interval.Observe(new TwoArmTally(90_000_000, 10_000_000, 5_000_000, 5_000_000));
        Assert.That(interval.Estimate, Is.EqualTo(9).Within(.2));
        Assert.That(interval.At(1e-9).Upper, Is.LessThan(9.8));
    }

    private static double GridRatio(int point) => Math.Exp(Math.Log(1000) * ((2.0 * point / (RateRatioInterval.Points - 1)) - 1));
}
