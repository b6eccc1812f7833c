using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Peers.Argo;
using Guardrail.Testing.Peers;

namespace Guardrail.Simulation.Tests.Peers;

public sealed class ArgoRuleTests
{
    private static readonly ArgoOptions EveryMinute = ArgoOptions.Strict with { SuccessAtLeast = 0.95, FailureLimit = 3 };

    [Test]
    public void A_failure_limit_of_three_rolls_back_at_the_fourth_failure() =>
        Assert.That(Ticks.RunMinutes(new ArgoRule(EveryMinute), 1800, _ => 0.5), Is.EqualTo((240, PeerDecision.RollBack)));

    [Test]
    public void A_success_does_not_reset_the_failures() =>
        Assert.That(Ticks.RunMinutes(new ArgoRule(EveryMinute), 3600, minute => minute % 2 == 0 ? 0.5 : 0), Is.EqualTo((420, PeerDecision.RollBack)));

    [Test]
    public void The_strict_rule_rolls_back_at_the_first_bad_minute() =>
        Assert.That(Ticks.RunMinutes(new ArgoRule(ArgoOptions.Strict), 1800, minute => minute == 4 ? 0.011 : 0), Is.EqualTo((300, PeerDecision.RollBack)));

    [Test]
    public void A_rate_equal_to_the_condition_succeeds() =>
        Assert.That(Ticks.RunMinutes(new ArgoRule(ArgoOptions.Strict), 1800, _ => 0.01), Is.Null);

    [Test]
    public void The_documented_rule_needs_more_than_a_quarter_of_an_hour() =>
        Assert.That(Ticks.RunMinutes(new ArgoRule(ArgoOptions.Documented), 3600, _ => 0.3), Is.EqualTo((905, PeerDecision.RollBack)));

    [Test]
    public void The_documented_rule_sees_only_the_last_two_samples() =>
        Assert.That(
            Ticks.Run(new ArgoRule(ArgoOptions.Documented), 3600, end => new(Ticks.Counts(1000, 0), Ticks.Counts(1000, end % 300 == 5 ? 0 : 0.5))),
            Is.Null);

    [Test]
    public void No_requests_are_not_a_number_and_fail() =>
        Assert.That(Ticks.Run(new ArgoRule(ArgoOptions.Strict), 600, _ => new(Ticks.Counts(10, 0), Ticks.Counts(0, 0))), Is.EqualTo((60, PeerDecision.RollBack)));

    [Test]
    public void The_fifth_error_in_a_row_ends_the_rollout_and_errors_are_retried_after_ten_seconds() =>
        Assert.That(Ticks.Run(new ArgoRule(ArgoOptions.Strict), 600, _ => new(Ticks.Counts(10, 0), Counts.Unread)), Is.EqualTo((100, PeerDecision.RollBack)));

    [Test]
    public void A_measurement_between_errors_begins_their_count_anew()
    {
        // Series come and go: errors at 60, 70, 80 and 90, a measurement at 100, and so on.
        var decided = Ticks.Run(
            new ArgoRule(ArgoOptions.Strict with { Window = 5, Interval = 10 }),
            1200,
            end => new(Ticks.Counts(10, 0), end % 50 == 0 ? Ticks.Counts(10, 0) : Counts.Unread));

        Assert.That(decided, Is.Null);
    }

    [TestCase(0.5, 0.95, double.NaN, ExpectedResult = ArgoPhase.Failed)]
    [TestCase(double.NaN, 0.95, double.NaN, ExpectedResult = ArgoPhase.Failed)]
    [TestCase(double.NaN, double.NaN, 0.9, ExpectedResult = ArgoPhase.Successful)]
    [TestCase(double.NaN, 0.95, 0.9, ExpectedResult = ArgoPhase.Inconclusive)]
    [TestCase(0.92, 0.95, 0.9, ExpectedResult = ArgoPhase.Inconclusive)]
    [TestCase(0.89, 0.95, 0.9, ExpectedResult = ArgoPhase.Failed)]
    [TestCase(0.96, 0.95, 0.9, ExpectedResult = ArgoPhase.Successful)]
    [TestCase(0.1, double.NaN, double.NaN, ExpectedResult = ArgoPhase.Successful)]
    public ArgoPhase A_measurement_is_judged_by_its_conditions(double value, double success, double failure) =>
        ArgoTally.Evaluate(value, success, failure);

    [Test]
    public void An_inconclusive_measurement_pauses_instead_of_rolling_back() =>
        Assert.That(
            Ticks.RunMinutes(new ArgoRule(EveryMinute with { FailureBelow = 0.9 }), 600, _ => 0.07),
            Is.EqualTo((60, PeerDecision.Pause)));

    [Test]
    public void A_negative_failure_limit_never_fails() =>
        Assert.That(Ticks.RunMinutes(new ArgoRule(EveryMinute with { FailureLimit = -1 }), 3600, _ => 1), Is.Null);

    [Test]
    public void Begins_anew_after_a_reset()
    {
        var rule = new ArgoRule(EveryMinute);
        Ticks.RunMinutes(rule, 200, _ => 1);
        rule.Reset();

        Assert.That(Ticks.RunMinutes(rule, 1800, _ => 1), Is.EqualTo((240, PeerDecision.RollBack)));
    }

    [Test]
    public void The_fast_rules_decide_within_a_minute()
    {
        Assert.That(Ticks.RunMinutes(new ArgoRule(ArgoOptions.Fastest), 600, _ => 0.5), Is.EqualTo((30, PeerDecision.RollBack)));
        Assert.That(Ticks.RunMinutes(new ArgoRule(ArgoOptions.Fast), 600, _ => 0.5), Is.EqualTo((50, PeerDecision.RollBack)));
        Assert.That(Ticks.RunMinutes(new ArgoRule(ArgoOptions.HalfMinute), 600, _ => 0.5), Is.EqualTo((120, PeerDecision.RollBack)));
    }

    [Test]
    public void Errors_exceeded_after_failures_exceeded_are_what_the_analysis_says()
    {
        var tally = default(ArgoTally);
        tally.Count(ArgoPhase.Failed);
        for (var i = 0; i < 5; i++)
        {
            tally.Count(ArgoPhase.Error);
        }

        Assert.That(tally.Assess(0, 0, 4), Is.EqualTo(ArgoPhase.Error));
    }
}
