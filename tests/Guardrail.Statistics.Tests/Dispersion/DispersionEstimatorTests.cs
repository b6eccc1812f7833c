namespace Guardrail.Statistics.Tests;

public sealed class DispersionEstimatorTests
{
    [Test]
    public void Without_data_it_is_the_documented_default()
    {
        var estimator = new DispersionEstimator(4);
        Assert.That((estimator.Raw, estimator.Dispersion, estimator.DegreesOfFreedom), Is.EqualTo((1.0, 3.0, 0.0)));
        estimator.Observe([new(0, 100, 50)]);
        estimator.Observe([]);
        estimator.Observe([new(0, 100, 0), new(1, 100, 0)]);
        Assert.That(estimator.Dispersion, Is.EqualTo(3).Within(1e-12), "one pod, no pod and no events are no data");
    }

    [Test]
    public void Two_ticks_by_hand()
    {
        // Window of one tick: K = 4, rho = 1/2 each: residuals +-2, variance 1 each; then K = 2, residuals 0, variance 1/2 each.
        var estimator = new DispersionEstimator(2, new DispersionOptions { MemoryTicks = 1e12 });
        estimator.Observe([new(0, 10, 4), new(1, 10, 0)]);
        estimator.Observe([new(0, 10, 1), new(1, 10, 1)]);
        Assert.That(estimator.Raw, Is.EqualTo(8.0 / 3).Within(1e-9));

        // Freedom: 2 (sum v)² / (2 sum (v + 2v²)), doubled because two pods have one degree of freedom.
        Assert.That(estimator.DegreesOfFreedom, Is.EqualTo(2 * 9 / (2 * (3 + 3 + 1 + 1.0))).Within(1e-9));
    }

    [Test]
    public void Residuals_of_a_window_add_up_before_they_are_squared()
    {
        // Three ticks of the same incident: the window of three sees (3 x 2)² against 3 x 1 per pod.
        var estimator = new DispersionEstimator(2, new DispersionOptions { MemoryTicks = 1e12 });
        for (var tick = 0; tick < 3; tick++)
        {
            estimator.Observe([new(0, 10, 4), new(1, 10, 0)]);
        }

        Assert.That(estimator.Raw, Is.EqualTo(12).Within(1e-9));
    }

    [Test]
    public void Neither_a_moving_share_nor_a_moving_rate_is_dispersion()
    {
        var estimator = new DispersionEstimator(2);
        for (var tick = 0; tick < 120; tick++)
        {
            var (a, b) = (100 + (tick * 100), 12100 - (tick * 100));
            estimator.Observe([new(0, a, a * (1 + tick) / 100), new(1, b, b * (1 + tick) / 100)]);
        }

        Assert.That(estimator.Raw, Is.LessThan(.01));
    }

    [TestCase(1, 1.0)]
    [TestCase(5, 9.0)] // sizes geometric with mean 5: E c²/E c = 2 x 5 - 1
    public void Finds_the_variance_inflation_of_incidents(double meanSize, double expected)
    {
        var (random, estimator) = (new Seeded(7), new DispersionEstimator(10, new DispersionOptions { MemoryTicks = 5000 }));
        var pods = new PodTally[10];
        for (var tick = 0; tick < 12000; tick++)
        {
            for (var pod = 0; pod < pods.Length; pod++)
            {
                pods[pod] = new PodTally(pod, 500, random.Incidents(2.5 / meanSize, r => r.Geometric(meanSize)));
            }

            estimator.Observe(pods);
        }

        // The maximum of three noisy windows lies a little above; the longest has about 5000/12/2 windows of nine degrees of freedom.
        Assert.That(estimator.Raw, Is.InRange(expected * .97, expected * 1.12));
        Assert.That(estimator.Dispersion, Is.EqualTo(1.5 * estimator.Raw).Within(.05 * estimator.Raw));
    }

    [Test]
    public void Incidents_longer_than_a_tick_show_in_the_longer_windows()
    {
        var (random, estimator) = (new Seeded(11), new DispersionEstimator(5, new DispersionOptions { MemoryTicks = 5000 }));
        var (pods, sick) = (new PodTally[5], -1);
        for (var tick = 0; tick < 6000; tick++)
        {
            if (tick % 6 == 0)
            {
                sick = random.Uniform() < .1 ? (int)(random.Uniform() * 5) : -1;
            }

            for (var pod = 0; pod < pods.Length; pod++)
            {
                pods[pod] = new PodTally(pod, 100, random.Poisson(pod == sick ? 6 : 1));
            }

            estimator.Observe(pods);
        }

        // Per tick K = 5.5 and the variance 4.4; a sick pod adds residuals 4 and four times -1, so squares of 20, a tenth of the time.
        // One tick: 1 + 2/4.4 = 1.5; twelve, that is two spells of six: 1 + 2 x 36 x 2 / (12 x 4.4) = 3.73.
        Assert.That(estimator.Raw, Is.EqualTo(3.73).Within(.35));
    }

    [TestCase(1, 1.0, 1.0)]
    [TestCase(6, 3.5, 6.5)]
    public void Tells_over_how_many_ticks_an_incident_is_spread(int ticks, double least, double most)
    {
        var (random, estimator) = (new Seeded(5), new DispersionEstimator(10));
        var (pods, pending) = (new PodTally[10], new long[60]);
        for (var tick = 0; tick < 360; tick++)
        {
            for (var pod = 0; pod < pods.Length; pod++)
            {
                for (var begun = random.Poisson(.1); begun > 0; begun--)
                {
                    for (var error = 0; error < 30; error++)
                    {
                        pending[(pod * 6) + ((tick + (error % ticks)) % 6)]++;
                    }
                }

                pods[pod] = new PodTally(pod, 500, pending[(pod * 6) + (tick % 6)]);
                pending[(pod * 6) + (tick % 6)] = 0;
            }

            estimator.Observe(pods);
        }

        Assert.That(estimator.Persistence, Is.InRange(least, most));
    }

    [Test]
    public void Neither_equal_counts_nor_a_handful_pass_for_incidents_that_last()
    {
        var (equal, few) = (new DispersionEstimator(2), new DispersionEstimator(2));
        for (var tick = 0; tick < 120; tick++)
        {
            equal.Observe([new(0, 500, 5), new(1, 500, 5)]);
        }

        for (var tick = 0; tick < 12; tick++)
        {
            few.Observe([new(0, 500, tick % 4 == 0 ? 1 : 0), new(1, 500, 0)]);
        }

        Assert.That((equal.Persistence, few.Persistence), Is.EqualTo((1.0, 1.0)));
    }

    [Test]
    public void Leans_on_the_prior_while_data_is_scarce_and_forgets_it_later()
    {
        var (random, estimator) = (new Seeded(3), new DispersionEstimator(10));
        var pods = new PodTally[10];
        var (last, early) = (0.0, 0.0);
        for (var tick = 0; tick < 720; tick++)
        {
            for (var pod = 0; pod < pods.Length; pod++)
            {
                pods[pod] = new PodTally(pod, 500, random.Poisson(2.5));
            }

            estimator.Observe(pods);
            early = tick == 0 ? estimator.Dispersion : early;
            last = estimator.Dispersion;
        }

        Assert.That(early, Is.EqualTo(3).Within(1e-9), "no window of 3 or 12 ticks is over: those still say the prior");
        Assert.That(last, Is.InRange(1.5, 1.9));
    }

    [Test]
    public void Forgets_old_bursts()
    {
        var estimator = new DispersionEstimator(2, new DispersionOptions { MemoryTicks = 12 });
        for (var tick = 0; tick < 12; tick++)
        {
            estimator.Observe([new(0, 10, 40), new(1, 10, 0)]);
        }

        var bursty = estimator.Raw;
        for (var tick = 0; tick < 240; tick++)
        {
            estimator.Observe([new(0, 10, 2 - (tick % 3)), new(1, 10, tick % 3)]);
        }

        Assert.That(bursty, Is.GreaterThan(100));
        Assert.That(estimator.Raw, Is.LessThan(2));
    }

    [Test]
    public void A_restored_state_has_the_identical_future()
    {
        var (random, estimator) = (new Seeded(5), new DispersionEstimator(1));
        Feed(estimator, random, 17);
        var state = new double[estimator.StateLength];
        estimator.CopyStateTo(state);
        var restored = new DispersionEstimator(0);
        restored.RestoreState(state);
        Assert.That(restored.Dispersion, Is.EqualTo(estimator.Dispersion));
        Feed(estimator, new Seeded(6), 40);
        Feed(restored, new Seeded(6), 40);
        Assert.That((restored.Raw, restored.Dispersion), Is.EqualTo((estimator.Raw, estimator.Dispersion)));
        Assert.That(() => restored.RestoreState([1, 2]), Throws.ArgumentException);
        state[0] = 12;
        Assert.That(() => restored.RestoreState(state), Throws.ArgumentException);
    }

    [Test]
    public void Observing_allocates_nothing_once_every_slot_was_seen()
    {
        var estimator = new DispersionEstimator(2);
        PodTally[] pods = [new(0, 100, 1), new(1, 100, 4)];
        estimator.Observe(pods);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var tick = 0; tick < 100; tick++)
        {
            estimator.Observe(pods);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Feed(DispersionEstimator estimator, Seeded random, int ticks)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            estimator.Observe([new(0, 100, random.Poisson(1)), new(1, 120, random.Poisson(1)), new(2, 90, random.Poisson(2))]);
        }
    }
}
