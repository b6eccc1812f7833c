using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Tests.Signals;

internal sealed class ErrorPlanTests
{
    [Test]
    public void Tells_errors_by_the_first_outcome_label_that_a_series_carries()
    {
        var counters = Read(
            Scopes.Errors,
            ("a", ["200", "500", null, null], 10),
            ("a", [null, "503", null, null], 3),
            ("a", [null, null, null, "504"], 2));

        Assert.That(counters.Pods.Single().Series.Single(),
            Is.EqualTo(new CounterSeries(string.Empty, 15, [5])).Using<CounterSeries>(Same));
        Assert.That(counters.Edges, Is.Empty);
    }

    [TestCase("5..", "500", true)]
    [TestCase("5..", "1500", false)]
    [TestCase("5..", "5000", false)]
    [TestCase("5..", "500\n", false)]
    [TestCase("5..|timeout", "timeout", true)]
    [TestCase("5..|timeout", "timeouts", false)]
    public void The_pattern_is_anchored_at_both_ends(string pattern, string outcome, bool error)
    {
        var counters = Read(Scopes.Errors with { ErrorPattern = pattern }, ("a", [outcome, null, null, null], 1));

        Assert.That(counters.Pods.Single().Series.Single().Events.Single(), Is.EqualTo(error ? 1 : 0));
    }

    [Test]
    public void A_pattern_that_would_take_exponential_time_elsewhere_is_fast()
    {
        var counters = Read(
            Scopes.Errors with { ErrorPattern = "(a+)+b" }, ("a", [new string('a', 5000), null, null, null], 1));

        Assert.That(counters.Pods.Single().Series.Single().Events.Single(), Is.Zero);
    }

    [Test]
    public void Series_without_outcome_count_neither_as_request_nor_as_error()
    {
        var counters = Read(Scopes.Errors, ("a", ["200", null, null, null], 10), ("a", [null, string.Empty, null, null], 4),
            ("b", [null, null, null, null], 7));

        Assert.That(counters.Pods.Single().Series.Single().Total, Is.EqualTo(10));
        Assert.That(
            counters.Unread.Single().Reason,
            Is.EqualTo("None of its series of http_requests_total carries any of the labels code, status, status_code, http_status_code."));
    }

    [Test]
    public void Strata_are_told_apart_and_ordered_by_name()
    {
        var counters = Read(
            Scopes.Errors with { OutcomeLabels = ["code"], StratumLabels = ["method", "route"] },
            ("b", ["200", "POST", "/pay"], 5),
            ("b", ["500", "GET", "/"], 1),
            ("b", ["200", "GET", "/"], 9),
            ("a", ["200", null, null], 2));

        Assert.That(counters.Pods.Select(static pod => pod.Pod.Name), Is.EqualTo((string[])["a", "b"]));
        Assert.That(
            counters.Pods.SelectMany(static pod => pod.Series).Select(static s => (s.Stratum, s.Total, s.Events[0])),
            Is.EqualTo(((string, long, long)[])[("- -", 2, 0), ("GET /", 10, 1), ("POST /pay", 5, 0)]));
    }

    [Test]
    public void A_sum_above_2_to_the_53_makes_the_pod_unread()
    {
        var counters = Read(
            Scopes.Errors,
            ("a", ["200", null, null, null], CounterValue.Largest),
            ("a", ["500", null, null, null], 1),
            ("b", ["200", null, null, null], CounterValue.Largest));

        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("b"));
        Assert.That(counters.Unread.Single().Reason, Does.StartWith("The sum of its counters is above 2^53"));
    }

    [Test]
    public void A_pod_without_scrape_time_is_unread()
    {
        var plan = SignalPlan.Of(Scopes.Errors);
        var batch = new SampleBatch(plan.Request);
        var frame = new SampleFrame();
        frame.Add(batch.AddRow(batch.Pod(Scopes.Pod("a")), string.Empty, string.Empty, ["200", null, null, null]), 1);

        var counters = (SignalReport.Counters)plan.Assemble(batch, frame, [], "the test");

        Assert.That(counters.Pods, Is.Empty);
        Assert.That(counters.Unread.Single().Reason, Does.Contain("No scrape time"));
    }

    private static bool Same(CounterSeries a, CounterSeries b) =>
        a.Stratum == b.Stratum && a.Total == b.Total && a.Events.SequenceEqual(b.Events);

    private static SignalReport.Counters Read(SignalDefinition signal, params (string Pod, string?[] Labels, double Value)[] series)
    {
        var plan = SignalPlan.Of(signal);
        var batch = new SampleBatch(plan.Request);
        var frame = new SampleFrame();
        foreach (var (name, labels, value) in series)
        {
            var pod = batch.Pod(Scopes.Pod(name));
            frame.SetScrapedAt(pod, Scopes.Start);
            frame.Add(batch.AddRow(pod, string.Empty, string.Empty, labels), value);
        }

        return (SignalReport.Counters)plan.Assemble(batch, frame, [], "the test");
    }
}
