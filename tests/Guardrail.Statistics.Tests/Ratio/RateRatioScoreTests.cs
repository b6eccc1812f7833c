namespace Guardrail.Statistics.Tests;

public sealed class RateRatioScoreTests
{
    private static readonly RateRatioOptions Plain = new() { Dispersion = 1 };

    [Test]
    public void Is_the_excess_over_the_null_ratio_in_standard_deviations()
    {
        // R: p <- 0.25*1.5/(1-0.25+0.25*1.5); (30-40*p)/sqrt(40*p*(1-p)) = 5.59017
        Assert.That(Of(Plain, new TwoArmTally(750, 250, 10, 30)), Is.EqualTo(5.59017).Within(1e-5));
    }

    [Test]
    public void Dispersion_divides_it_by_its_root() => Assert.That(
        Of(Plain with { Dispersion = 4 }, new TwoArmTally(750, 250, 10, 30)), Is.EqualTo(5.59017 / 2).Within(1e-5));

    [Test]
    public void Of_good_events_it_is_the_same_with_the_arms_swapped() => Assert.That(
        Of(Plain with { Direction = RatioDirection.Decrease }, new TwoArmTally(250, 750, 30, 10)), Is.EqualTo(5.59017).Within(1e-5));

    [Test]
    public void An_outage_that_both_share_while_the_canary_has_most_of_the_traffic_does_not_count_against_it()
    {
        // All ticks together, the canary has 8.3 % errors and the control 1.4 %.
        var score = Of(Plain, new TwoArmTally(9_000, 1_000, 0, 0), new TwoArmTally(1_000, 9_000, 100, 900));

        Assert.That(score, Is.Negative);
    }

    [Test]
    public void What_one_arm_did_alone_tells_nothing() => Assert.That(
        Of(Plain, new TwoArmTally(0, 100, 0, 50), new TwoArmTally(100, 0, 50, 0), new TwoArmTally(100, 100, 0, 0)), Is.Zero);

    [Test]
    public void At_the_null_ratio_it_is_above_two_once_in_forty()
    {
        const int runs = 20_000;
        var random = new Random(11);
        var above = 0;
        for (var run = 0; run < runs; run++)
        {
            var score = new RateRatioScore(Plain);
            for (var tick = 0; tick < 10; tick++)
            {
                // 20 events a tick, given to the canary with 1/5 * 1.5 / (1 + 1/5 * 0.5) = 3/11.
                var canary = Enumerable.Range(0, 20).Count(_ => random.NextDouble() < 3.0 / 11);
                score.Observe([new TwoArmTally(800, 200, 20 - canary, canary)]);
            }

            above += score.StandardDeviations >= 2 ? 1 : 0;
        }

        // A normal variable is above 2 with 2.3 %; 200 events are skewed a little. 5 standard errors of a share of 2.5 % are 0.55 %.
        Assert.That(above / (double)runs, Is.EqualTo(0.025).Within(0.0055));
    }

    [Test]
    public void A_restored_state_has_the_identical_future()
    {
        var (score, restored) = (new RateRatioScore(Plain), new RateRatioScore(Plain));
        score.Observe([new TwoArmTally(750, 250, 10, 30)]);
        var state = new double[RateRatioScore.StateLength];
        score.CopyStateTo(state);
        restored.RestoreState(state);
        foreach (var one in new[] { score, restored })
        {
            one.Observe([new TwoArmTally(700, 300, 3, 9)]);
        }

        Assert.That(restored.StandardDeviations, Is.EqualTo(score.StandardDeviations));
    }

    [Test]
    public void Refuses_what_cannot_be_its_state()
    {
        var score = new RateRatioScore(Plain);
        Assert.That(() => score.RestoreState([1]), Throws.ArgumentException);
        Assert.That(() => score.RestoreState([1, -1]), Throws.ArgumentException);
        Assert.That(() => score.RestoreState([double.NaN, 1]), Throws.ArgumentException);
    }

    private static double Of(RateRatioOptions options, params TwoArmTally[] ticks)
    {
        var score = new RateRatioScore(options);
        foreach (var tick in ticks)
        {
            score.Observe([tick]);
        }

        return score.StandardDeviations;
    }
}
