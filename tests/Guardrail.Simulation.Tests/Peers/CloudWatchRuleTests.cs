using Guardrail.Simulation.Peers;
using Guardrail.Simulation.Peers.CloudWatch;
using Guardrail.Testing.Peers;

namespace Guardrail.Simulation.Tests.Peers;

public sealed class CloudWatchRuleTests
{
    // Every row of the two tables of the user guide ("How alarm state is evaluated when data is missing") for missing and breaching, and the
    // examples of "Avoiding premature transitions to alarm state": 0 is within the threshold, X beyond it, - is missing; oldest first.
    [TestCase("0-X-X", 3, 3, MissingData.Missing, ExpectedResult = AlarmState.Ok)]
    [TestCase("0----", 3, 3, MissingData.Missing, ExpectedResult = AlarmState.Ok)]
    [TestCase("0----", 3, 3, MissingData.Breaching, ExpectedResult = AlarmState.Ok)]
    [TestCase("0XX-X", 3, 3, MissingData.Breaching, ExpectedResult = AlarmState.Alarm)]
    [TestCase("0-X-X", 3, 2, MissingData.Breaching, ExpectedResult = AlarmState.Alarm)]
    [TestCase("00X0X", 3, 2, MissingData.Breaching, ExpectedResult = AlarmState.Alarm)]
    [TestCase("----0", 3, 2, MissingData.Missing, ExpectedResult = AlarmState.Ok)]
    [TestCase("---X-", 3, 2, MissingData.Breaching, ExpectedResult = AlarmState.Alarm)]
    [TestCase("---X-", 3, 3, MissingData.Missing, ExpectedResult = AlarmState.Ok, Description = "Not old enough for 3 of 3.")]
    [TestCase("----0", 3, 3, MissingData.Missing, ExpectedResult = AlarmState.Ok)]
    [TestCase("-----", 3, 3, MissingData.Missing, ExpectedResult = AlarmState.InsufficientData)]
    [TestCase("0XX-X", 3, 3, MissingData.Missing, ExpectedResult = AlarmState.Alarm)]
    [TestCase("--X--", 3, 3, MissingData.Missing, ExpectedResult = AlarmState.Alarm)]
    [TestCase("0-X-X", 3, 3, MissingData.Breaching, ExpectedResult = AlarmState.Ok)]
    [TestCase("----0", 3, 3, MissingData.Breaching, ExpectedResult = AlarmState.Ok)]
    [TestCase("-----", 3, 3, MissingData.Breaching, ExpectedResult = AlarmState.Alarm)]
    [TestCase("--X--", 3, 3, MissingData.Breaching, ExpectedResult = AlarmState.Alarm)]
    [TestCase("0-X-X", 3, 2, MissingData.Missing, ExpectedResult = AlarmState.Alarm)]
    [TestCase("00X0X", 3, 2, MissingData.Missing, ExpectedResult = AlarmState.Alarm)]
    [TestCase("0-X--", 3, 2, MissingData.Missing, ExpectedResult = AlarmState.Ok)]
    [TestCase("0-X--", 3, 2, MissingData.Breaching, ExpectedResult = AlarmState.Alarm)]
    [TestCase("----0", 3, 2, MissingData.Breaching, ExpectedResult = AlarmState.Alarm)]
    [TestCase("---X-", 3, 2, MissingData.Missing, ExpectedResult = AlarmState.Alarm)]
    [TestCase("----X", 3, 3, MissingData.Missing, ExpectedResult = AlarmState.Ok, Description = "A single newest breach is premature.")]
    public AlarmState Follows_from_the_datapoints(string datapoints, int periods, int needed, MissingData missing) =>
        AlarmEvaluation.Of([.. datapoints.Select(point => point == '-' ? (bool?)null : point == 'X')], periods, needed, missing);

    [Test]
    public void Three_breaching_minutes_roll_back() =>
        Assert.That(Ticks.RunMinutes(new CloudWatchRule(new()), 1800, minute => minute >= 2 ? 0.02 : 0)?.At, Is.EqualTo(300));

    [Test]
    public void Two_breaching_minutes_in_a_row_do_not() =>
        Assert.That(Ticks.RunMinutes(new CloudWatchRule(new()), 1800, minute => minute % 3 < 2 ? 0.02 : 0), Is.Null);

    [Test]
    public void Exactly_the_threshold_does_not_breach() =>
        Assert.That(Ticks.RunMinutes(new CloudWatchRule(new()), 1800, _ => 0.01), Is.Null);

    [Test]
    public void A_canary_without_requests_alarms_only_when_missing_counts_as_breaching()
    {
        static (double, PeerDecision)? Run(MissingData missing) =>
            Ticks.Run(new CloudWatchRule(new() { Missing = missing }), 600, _ => new(Ticks.Counts(10, 0), Ticks.Counts(0, 0)));

        Assert.That(Run(MissingData.Missing), Is.Null);
        Assert.That(Run(MissingData.Breaching), Is.EqualTo((180, PeerDecision.RollBack)));
    }

    [Test]
    public void The_fleet_dilutes_a_bad_canary() =>
        Assert.That(
            Ticks.Run(new CloudWatchRule(new() { FleetWide = true }), 1800, _ => new(Ticks.Counts(9000, 0), Ticks.Counts(1000, 0.05))),
            Is.Null);

    [Test]
    public void A_slow_canary_alarms_by_its_percentile() =>
        Assert.That(
            Ticks.Run(new CloudWatchRule(new()), 600, _ => new(Ticks.Counts(1000, 0, [0, 0]), Ticks.Counts(1000, 0, [30, 0])) { Edges = [0.5, 1] })?.At,
            Is.EqualTo(180));

    [TestCase(10, 3, 3, ExpectedResult = 30)]
    [TestCase(10, 1, 1, ExpectedResult = 10)]
    [TestCase(30, 3, 3, ExpectedResult = 90)]
    [TestCase(60, 1, 1, ExpectedResult = 60)]
    public double? A_release_bad_from_the_start_is_taken_back_after_as_many_periods_as_must_breach(double period, int periods, int needed) =>
        Ticks.RunMinutes(new CloudWatchRule(new() { Period = period, EvaluationPeriods = periods, DatapointsToAlarm = needed }), 600, _ => 0.5)?.At;

    [Test]
    public void A_high_resolution_alarm_is_evaluated_every_ten_seconds_over_periods_that_end_then()
    {
        // Bad from 40 s on: by 110 s the last 70 s are bad, which fill two periods of 30 s, and at 120 s the third holds 20 s of them.
        var rule = new CloudWatchRule(new() { Period = 30, ErrorsAbove = 0.4 });

        Assert.That(Ticks.Run(rule, 600, end => new(Ticks.Counts(1000, 0), Ticks.Counts(1000, end > 40 ? 0.5 : 0)))?.At, Is.EqualTo(130));
    }

    [Test]
    public void A_slower_alarm_is_evaluated_every_minute()
    {
        var rule = new CloudWatchRule(new() { EvaluationPeriods = 1, DatapointsToAlarm = 1 });

        Assert.That(Ticks.Run(rule, 600, end => new(Ticks.Counts(1000, 0), Ticks.Counts(1000, end > 70 ? 0.5 : 0)))?.At, Is.EqualTo(120));
    }
}
