namespace Guardrail.Statistics.Tests;

public sealed class ForecastDispersionEstimatorTests
{
    [Test]
    public void Three_ticks_by_hand()
    {
        var estimator = new ForecastDispersionEstimator(new DispersionOptions { MemoryTicks = 1e12 });
        estimator.Observe(12, 10);
        estimator.Observe(8, 10);
        Assert.That(estimator.Raw, Is.EqualTo((4 + 4) / 20.0).Within(1e-9));
        estimator.Observe(16, 10);
        Assert.That(estimator.Raw, Is.EqualTo(44 / 30.0).Within(1e-9), "one tick: 44/30; three ticks: 6²/30");
    }

    [Test]
    public void A_forecast_that_is_off_shows_most_in_the_longest_window()
    {
        var estimator = new ForecastDispersionEstimator(new DispersionOptions { MemoryTicks = 1e12 });
        for (var tick = 0; tick < 12; tick++)
        {
            estimator.Observe(120, 100);
        }

        Assert.That(estimator.Raw, Is.EqualTo(240.0 * 240 / 1200).Within(1e-9));
    }

    [TestCase(1, 1.0)]
    [TestCase(5, 9.0)] // sizes geometric with mean 5: E c²/E c = 2 x 5 - 1
    public void Finds_the_variance_inflation_of_incidents(double meanSize, double expected)
    {
        var (random, estimator) = (new Seeded(9), new ForecastDispersionEstimator(new DispersionOptions { MemoryTicks = 20000 }));
        for (var tick = 0; tick < 40000; tick++)
        {
            estimator.Observe(random.Incidents(20 / meanSize, r => r.Geometric(meanSize)), 20);
        }

        Assert.That(estimator.Raw, Is.InRange(expected * .95, expected * 1.12));
        Assert.That(estimator.Dispersion, Is.EqualTo(1.5 * estimator.Raw).Within(.05 * estimator.Raw));
    }

    [Test]
    public void Without_a_forecast_there_is_no_data()
    {
        var estimator = new ForecastDispersionEstimator();
        estimator.Observe(500, 0);
        Assert.That((estimator.Raw, estimator.Dispersion, estimator.DegreesOfFreedom), Is.EqualTo((1.0, 3.0, 0.0)));
    }

    [Test]
    public void A_restored_state_has_the_identical_future()
    {
        var (estimator, restored) = (new ForecastDispersionEstimator(), new ForecastDispersionEstimator());
        estimator.Observe(30, 20);
        estimator.Observe(25, 20);
        var state = new double[estimator.StateLength];
        estimator.CopyStateTo(state);
        restored.RestoreState(state);
        estimator.Observe(9, 20);
        restored.Observe(9, 20);
        Assert.That((restored.Raw, restored.Dispersion), Is.EqualTo((estimator.Raw, estimator.Dispersion)));
        Assert.That(() => restored.RestoreState(state.AsSpan(1)), Throws.ArgumentException);
    }
}
