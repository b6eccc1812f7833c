using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Tests.Signals;

internal sealed class BusinessPlanTests
{
    [Test]
    public void Strata_are_paired_and_one_without_events_has_none()
    {
        var counters = Read(
            Scopes.Orders with { StratumLabels = ["tenant"] },
            ("a", false, ["x"], 30), ("a", false, ["x"], 10), ("a", true, ["x"], 2), ("a", true, ["x"], 1), ("a", false, ["y"], 5));

        Assert.That(
            counters.Pods.Single().Series.Select(static s => (s.Stratum, s.Total, s.Events.Single())),
            Is.EqualTo(((string, long, long)[])[("x", 40, 3), ("y", 5, 0)]));
    }

    [Test]
    public void Events_may_outnumber_requests() => Assert.That(
        Read(Scopes.Orders, ("a", false, [], 2), ("a", true, [], 6)).Pods.Single().Series.Single().Events.Single(), Is.EqualTo(6));

    [Test]
    public void Events_in_a_stratum_that_has_no_requests_make_the_pod_unread()
    {
        var counters = Read(
            Scopes.Orders with { StratumLabels = ["tenant"] },
            ("a", false, ["x"], 30), ("a", true, [null], 2), ("b", false, ["x"], 30), ("b", true, ["y"], 0), ("b", true, ["x"], 2));

        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("b"), "what has not happened in another stratum does not matter");
        Assert.That(counters.Pods.Single().Series.Single().Stratum, Is.EqualTo("x"));
        Assert.That(
            counters.Unread.Single().Reason,
            Is.EqualTo(
                "Its orders_total has events in the stratum '', where http_requests_total has no series: " +
                "take only such stratumLabels as both metrics carry with the same values."));
    }

    [Test]
    public void No_event_counter_in_any_pod_leaves_every_pod_unread()
    {
        var counters = Read(Scopes.Orders, ("a", false, [], 30), ("b", false, [], 30));

        Assert.That(counters.Pods, Is.Empty);
        Assert.That(
            counters.Unread.Select(static unread => unread.Reason),
            Is.All.EqualTo(
                "No series of orders_total came for it or for any other pod: nothing was counted yet, or the metric has another name."));
        Assert.That(ScopeReport.WithoutBlindness(counters), Is.InstanceOf<SignalReport.NoEvidence>());
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_sum_above_2_to_the_53_makes_the_pod_unread(bool events)
    {
        var counters = Read(
            Scopes.Orders, ("a", false, [], 1), ("a", true, [], 1), ("a", events, [], CounterValue.Largest), ("b", false, [], 1));

        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("b"));
        Assert.That(counters.Unread.Single().Reason, Does.StartWith("The sum of its counters is above 2^53"));
    }

    [Test]
    public void The_same_counter_twice_cannot_be_used() => Assert.That(
        PlanOutcome.Of(Scopes.Orders with { Requests = "orders_total" }),
        Is.EqualTo(new PlanOutcome(
            null, "Signal orders has orders_total as both metric and requests; name the counter of the good events as metric.")));

    private static SignalReport.Counters Read(
        SignalDefinition signal, params (string Pod, bool Good, string?[] Labels, double Value)[] series)
    {
        var plan = SignalPlan.Of(signal);
        var batch = new SampleBatch(plan.Request);
        var frame = new SampleFrame();
        foreach (var (name, good, labels, value) in series)
        {
            var pod = batch.Pod(Scopes.Pod(name));
            frame.SetScrapedAt(pod, string.Empty, good, Scopes.Start);
            frame.Add(batch.AddRow(pod, string.Empty, string.Empty, labels, good), value);
        }

        return (SignalReport.Counters)plan.Assemble(batch, frame, [], "the test");
    }
}
