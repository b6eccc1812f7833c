using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Peers.Flagger;
using Guardrail.Testing.Peers;

namespace Guardrail.Simulation.Tests.Peers;

public sealed class FlaggerRuleTests
{
    [TestCase(1, ExpectedResult = 120)]
    [TestCase(5, ExpectedResult = 360)]
    [TestCase(10, ExpectedResult = 660)]
    public double? Rolls_back_on_the_reconcile_after_the_threshold(int threshold) =>
        Ticks.RunMinutes(new FlaggerRule(new() { Threshold = threshold }), 3600, _ => 0.5)?.At;

    [Test]
    public void A_passed_check_does_not_take_a_failed_one_away() =>
        Assert.That(
            Ticks.RunMinutes(new FlaggerRule(new() { Threshold = 3 }), 3600, minute => minute % 4 == 0 ? 0.5 : 0)?.At,
            Is.EqualTo(600));

    [Test]
    public void Exactly_ninety_nine_percent_passes() =>
        Assert.That(Ticks.RunMinutes(new FlaggerRule(new()), 3600, _ => 0.01), Is.Null);

    [Test]
    public void No_requests_fail_the_check() =>
        Assert.That(Ticks.Run(new FlaggerRule(new()), 600, _ => new(Ticks.Counts(10, 0), Ticks.Counts(0, 0)))?.At, Is.EqualTo(120));

    [Test]
    public void No_series_fail_the_check() =>
        Assert.That(Ticks.Run(new FlaggerRule(new()), 600, _ => new(Ticks.Counts(10, 0), Counts.Unread))?.At, Is.EqualTo(120));

    [Test]
    public void A_slow_canary_fails_the_check() =>
        Assert.That(Slow(canarySlow: 20)?.At, Is.EqualTo(120));

    [Test]
    public void A_quick_canary_passes_the_check() =>
        Assert.That(Slow(canarySlow: 5), Is.Null);

    [Test]
    public void Errors_and_slowness_together_are_one_failed_check()
    {
        var rule = new FlaggerRule(new() { Threshold = 10 });
        Ticks.Run(rule, 120, _ => new(Ticks.Counts(1000, 0, [0]), Ticks.Counts(1000, 0.5, [900])) { Edges = [0.5] });

        Assert.That(rule.FailedChecks, Is.EqualTo(2));
    }

    [Test]
    public void The_duration_is_cut_to_whole_milliseconds()
    {
        // 98 % up to 0.5 s and the rest up to 0.501 s put the 99th percentile at 0.5005 s.
        var decided = Ticks.Run(
            new FlaggerRule(new()),
            600,
            _ => new(Ticks.Counts(1000, 0, [20, 0]), Ticks.Counts(1000, 0, [20, 0])) { Edges = [0.5, 0.501] });

        Assert.That(decided, Is.Null);
    }

    [Test]
    public void An_interval_below_ten_seconds_is_ten_seconds() =>
        Assert.That(Ticks.RunMinutes(new FlaggerRule(new() { Interval = 1 }), 600, _ => 0.5)?.At, Is.EqualTo(20));

    [TestCase(60, ExpectedResult = 130)]
    [TestCase(10, ExpectedResult = null)]
    public double? A_query_looks_back_as_far_as_its_own_interval_however_often_it_is_asked(double metricInterval)
    {
        // One bad tick of five seconds: 1,000 errors among the 12,000 requests of a minute fail six checks, but one among those of ten seconds.
        var rule = new FlaggerRule(new() { Interval = 10, MetricInterval = metricInterval, Threshold = 6 });

        return Ticks.Run(rule, 600, end => new(Ticks.Counts(1000, 0), Ticks.Counts(1000, end == 65 ? 1 : 0)))?.At;
    }

    [Test]
    public void A_revision_that_answers_nothing_but_errors_has_a_rate_of_zero_not_none() =>
        Assert.That(Ticks.RunMinutes(new FlaggerRule(new() { Interval = 10 }), 600, _ => 1)?.At, Is.EqualTo(20));

    private static (double At, PeerDecision Decision)? Slow(long canarySlow) => Ticks.Run(
        new FlaggerRule(new()),
        600,
        _ => new(Ticks.Counts(1000, 0, [5, 0]), Ticks.Counts(1000, 0, [canarySlow, 0])) { Edges = [0.5, 1] });
}
