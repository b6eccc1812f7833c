namespace Guardrail.Statistics.Tests;

/// <summary>
/// How often a healthy rollout would be rolled back, by simulation with fixed seeds. A count of false alarms fails the test when, by
/// Clopper and Pearson, a probability of alpha would give that many with a probability below 1 in 1000.
/// </summary>
public sealed class FalseAlarmTests
{
    private const double Surprise = .001;

    [TestCase(1.0)]
    [TestCase(1.5)]
    public void Stays_within_the_budget_at_the_edge_of_the_null(double nullRatio)
    {
        const int Runs = 2000;
        const double Alpha = .05;
        var options = new RateRatioOptions { NullRatio = nullRatio, Dispersion = 1, EvidenceCap = double.PositiveInfinity };
        var alarms = 0;
        for (var run = 0; run < Runs; run++)
        {
            var (random, test) = (new Seeded((ulong)run), new RateRatioTest(options));
            for (var tick = 0; tick < 150 && test.LogEvidence < Evidence.RollbackThreshold(Alpha); tick++)
            {
                // The share ramps from 10 to 90 % while the shared rate doubles: what breaks cumulative tests.
                var canary = 100 + (tick * 800 / 150);
                var rate = .01 * (1 + (tick / 150.0));
                test.Observe(new TwoArmTally(
                    1000 - canary, canary, random.Poisson((1000 - canary) * rate), random.Poisson(canary * rate * nullRatio)));
            }

            alarms += test.LogEvidence >= Evidence.RollbackThreshold(Alpha) ? 1 : 0;
        }

        Assert.That(ClopperPearson.Lower(alarms, Runs, Surprise), Is.LessThanOrEqualTo(Alpha), $"{alarms} of {Runs}");
        Assert.That(alarms, Is.Positive, "at the edge of the null some alarms must come, or this tells nothing");
    }

    [Test]
    public void A_cumulative_test_breaks_where_this_one_does_not()
    {
        var alarms = 0;
        for (var run = 0; run < 50; run++)
        {
            var (random, cumulative) = (new Seeded((ulong)run), new MultinomialTest([.9, .1]));
            for (var tick = 0; tick < 150; tick++)
            {
                var canary = 100 + (tick * 800 / 150);
                cumulative.Observe([random.Poisson((1000 - canary) * .01), random.Poisson(canary * .01)]);
            }

            alarms += cumulative.PValue <= .05 ? 1 : 0;
        }

        Assert.That(alarms, Is.EqualTo(50));
    }

    [Test]
    [Category("Slow")]
    public void Bursts_with_estimated_dispersion_and_cap_raise_no_false_alarm()
    {
        Never(new Rollout { RequestsPerSecond = 100, Healthy = .001 });
        var bursty = (Func<Seeded, long> size, double mean) =>
            new Rollout { RequestsPerSecond = 1000, Healthy = .005, IncidentSize = size, MeanIncident = mean };
        Never(bursty(random => random.Geometric(5), 5));
        Never(bursty(random => random.Pareto(1.5, 200), 2.47));
    }

    [Test]
    public void A_shared_outage_that_one_arm_shows_a_tick_early_is_no_regression()
    {
        var test = new RateRatioTest(new RateRatioOptions());
        for (var tick = 0; tick < 60; tick++)
        {
            var (control, canary) = (tick is > 30 and < 54 ? 180 : 1, tick is > 29 and < 53 ? 20 : 0);
            test.Observe(new TwoArmTally(900, 100, control, canary));
            Assert.That(test.LogEvidence, Is.LessThan(Evidence.RollbackThreshold(.001)));
        }
    }

    private static void Never(Rollout rollout)
    {
        const int Runs = 2000;
        var alarms = Enumerable.Range(0, Runs).Count(run => rollout.Run((ulong)run) is not null);
        TestContext.Out.WriteLine($"{alarms} of {Runs}, 95 % upper limit {ClopperPearson.Upper(alarms, Runs, .05):E2}");
        Assert.That(ClopperPearson.Lower(alarms, Runs, Surprise), Is.LessThanOrEqualTo(.001), $"{alarms} of {Runs}");
        Assert.That(alarms, Is.LessThanOrEqualTo(1), $"{alarms} of {Runs}");
    }
}
