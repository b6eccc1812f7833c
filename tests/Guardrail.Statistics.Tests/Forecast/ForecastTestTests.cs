namespace Guardrail.Statistics.Tests;

public sealed class ForecastTestTests
{
    // Python, math: (N*log(r1/r0) - mu*(r1-r0)); the first divided by phi = 10 is the 4.5 of detection.md section 4
    [TestCase(0.001, 8)]
    [TestCase(0.08, 4)]
    [TestCase(0.5, 1)]
    [TestCase(1, 1)]
    public void Alternatives_that_no_share_of_requests_can_reach_are_left_out(double share, int alternatives)
    {
        var options = ForecastOptions.ExcessOf(share);

        Assert.That(options.AlternativeRatios, Has.Length.EqualTo(alternatives));
        Assert.That(options.AlternativeRatios[0], Is.EqualTo(ForecastOptions.Excess.AlternativeRatios[0]));
    }

    [TestCase(0, 100, .5, .05, 45)]
    [TestCase(7, 40, .5, .25, 5.14796973608038)]
    [TestCase(25, 4, 2, 6, 11.4653072167027)]
    public void Equals_the_reference(double count, double forecast, double r0, double r1, double expected) =>
        Assert.That(ForecastTest.LogLikelihoodRatio(count, forecast, r0, r1), Is.EqualTo(expected).Within(1e-9));

    [Test]
    public void Vanished_traffic_is_found_within_three_ticks()
    {
        var options = ForecastOptions.Drop with { Dispersion = 10, EvidenceCap = double.PositiveInfinity };
        var test = new ForecastTest(options);
        test.Observe(0, 100);
        Assert.That(test.LogEvidence, Is.EqualTo(Math.Log((.25 * (Math.Exp(2.5 - Math.Log(1)) + Math.Exp(4.5))) + .5)).Within(1e-9));
        test.Observe(0, 100);
        test.Observe(0, 100);
        Assert.That(test.LogEvidence, Is.GreaterThan(Evidence.RollbackThreshold(.001)));
    }

    [Test]
    public void A_forecast_of_zero_leaves_the_state_unchanged_and_zero_events_do_not()
    {
        var test = new ForecastTest(ForecastOptions.Drop);
        test.Observe(50, 0);
        Assert.That((test.Ticks, test.LogEvidence), Is.EqualTo((0L, 0.0)));
        test.Observe(0, 5);
        Assert.That(test.Ticks, Is.EqualTo(1));
        Assert.That(test.LogEvidence, Is.GreaterThan(0));
    }

    [Test]
    public void Expected_ratio_is_at_most_one_for_incidents_no_larger_than_the_dispersion()
    {
        foreach (var (options, healthy) in new[] { (ForecastOptions.Drop, new[] { 1, 1.5, 3 }), (ForecastOptions.Excess, [1, .8, .2]) })
        {
            foreach (var size in new[] { 1, 2, 5 })
            {
                foreach (var fraction in healthy)
                {
                    foreach (var r1 in options.AlternativeRatios)
                    {
                        // Incidents are Poisson with mean m: E e^(l/phi) summed until the terms vanish.
                        var (forecast, phi) = (4.0, 5.0);
                        var mean = options.NullRatio * fraction * forecast / size;
                        var sum = 0.0;
                        for (var n = 0; n < 400; n++)
                        {
                            var log = ForecastTest.LogLikelihoodRatio(n * size, forecast, options.NullRatio, r1) / phi;
                            sum += Math.Exp((n * Math.Log(mean)) - mean - SpecialFunctions.LogGamma(n + 1) + log);
                        }

                        var which = $"r0 {options.NullRatio} r1 {r1} size {size} fraction {fraction}";
                        Assert.That(sum, Is.LessThanOrEqualTo(1 + 1e-11), which);
                    }
                }
            }
        }
    }

    [Test]
    public void A_restored_state_has_the_identical_future()
    {
        var (test, restored) = (new ForecastTest(ForecastOptions.Excess), new ForecastTest(ForecastOptions.Excess));
        test.Observe(9, 3);
        var state = new double[test.StateLength];
        test.CopyStateTo(state);
        restored.RestoreState(state);
        test.Observe(7, 2.5);
        restored.Observe(7, 2.5);
        Assert.That((restored.LogEvidence, restored.Ticks), Is.EqualTo((test.LogEvidence, test.Ticks)));
    }

    [Test]
    public void Observing_allocates_nothing()
    {
        var test = new ForecastTest(ForecastOptions.Drop);
        test.Observe(3, 4);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var tick = 0; tick < 100; tick++)
        {
            test.Observe(tick, 40);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Refuses_what_is_out_of_range()
    {
        Assert.That(() => new ForecastOptions(.5, [.25, .6]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ForecastOptions(.5, []), Throws.ArgumentException);
        Assert.That(() => new ForecastOptions(0, [.1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ForecastTest(ForecastOptions.Drop).Observe(-1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ForecastTest(ForecastOptions.Drop).Observe(1, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Options_compare_by_value()
    {
        var (one, other) = (new ForecastOptions(2, [3, 4]), new ForecastOptions(2, [3, 4]));
        Assert.That(one, Is.EqualTo(other));
        Assert.That(one.GetHashCode(), Is.EqualTo(other.GetHashCode()));
        Assert.That(one, Is.Not.EqualTo(new ForecastOptions(2, [3, 5])));
    }
}
