using Guardrail.Engine.Observations;
using Guardrail.Metrics.Signals;

namespace Guardrail.Metrics.Tests.Signals;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LatencyPlanTests
{
    private readonly SignalPlan plan = SignalPlan.Of(Scopes.Latency);
    private readonly SampleFrame frame = new();
    private readonly SampleBatch batch;

    public LatencyPlanTests() => batch = new SampleBatch(plan.Request);

    [Test]
    public void Counts_requests_slower_than_each_edge()
    {
        Pod("a", ("0.1", 70), ("0.5", 95), ("+Inf", 100));

        var counters = Counters();

        Assert.That(counters.Edges, Is.EqualTo((double[])[0.1, 0.5]));
        Assert.That(counters.Pods.Single().Series.Single().Total, Is.EqualTo(100));
        Assert.That(counters.Pods.Single().Series.Single().Events, Is.EqualTo((long[])[30, 5]));
    }

    [Test]
    public void Edges_written_differently_are_the_same_and_containers_add_up()
    {
        Pod("a", ("1.0", 7), ("+Inf", 8));
        Pod("a", ("1", 1), ("+Inf", 2));
        Pod("b", ("1e0", 3), ("Inf", 5));

        Assert.That(Counters().Pods.Select(static pod => pod.Series[0].Events[0]), Is.EqualTo((long[])[2, 2]));
    }

    [Test]
    public void Edges_that_differ_between_pods_are_reduced_to_the_common_ones()
    {
        Pod("a", ("0.1", 1), ("0.5", 2), ("1", 3), ("+Inf", 4));
        Pod("b", ("0.1", 10), ("0.25", 15), ("1", 30), ("+Inf", 40));

        var counters = Counters();

        Assert.That(counters.Edges, Is.EqualTo((double[])[0.1, 1]));
        Assert.That(counters.Pods[1].Series[0].Events, Is.EqualTo((long[])[30, 10]));
    }

    [Test]
    public void Pods_without_a_common_edge_are_no_evidence()
    {
        Pod("a", ("0.1", 1), ("+Inf", 4));
        Pod("b", ("0.2", 10), ("+Inf", 40));

        Assert.That(
            Reason(),
            Is.EqualTo(
                "The 2 pods of the test have no histogram edge in common (for instance (0.1) and (0.2)): " +
                "give their histograms the same buckets."));
    }

    [Test]
    public void One_odd_pod_does_not_take_the_edges_from_all_others()
    {
        Pod("a", ("0.1", 1), ("0.5", 2), ("1", 3), ("+Inf", 4));
        Pod("b", ("0.1", 1), ("0.5", 2), ("1", 3), ("+Inf", 4));
        Pod("odd", ("1", 30), ("60", 30), ("+Inf", 40));

        var counters = Counters();

        Assert.That(counters.Edges, Is.EqualTo((double[])[0.1, 0.5, 1]));
        Assert.That(counters.Unread.Single().Reason,
            Does.Contain("(1, 60) have too little in common with those of most pods, (0.1, 0.5, 1)"));
    }

    [Test]
    public void Buckets_that_are_not_cumulative_make_the_pod_unread()
    {
        Pod("a", ("0.1", 5), ("0.5", 4), ("+Inf", 9));
        Pod("b", ("0.1", 5), ("0.5", 6), ("+Inf", 9));

        var counters = Counters();

        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("b"));
        Assert.That(counters.Unread.Single().Reason,
            Is.EqualTo("http_request_duration_seconds_bucket is no cumulative histogram: le=0.1 holds 5, le=0.5 only 4."));
    }

    [Test]
    public void Without_the_bucket_of_all_requests_the_pod_is_unread()
    {
        Pod("a", ("0.1", 5), ("0.5", 6));
        Pod("b", ("0.1", 5), ("0.5", 6), ("+Inf", 9));

        Assert.That(Counters().Unread.Single().Reason, Does.Contain("has no bucket le=\"+Inf\""));
    }

    [Test]
    public void A_metric_without_le_is_no_evidence()
    {
        Pod("a", (null, 5));

        Assert.That(
            Reason(),
            Is.EqualTo(
                "1 series of the test came, but none has the label le: " +
                "http_request_duration_seconds is no classic histogram, or a relabeling drops le."));
    }

    [TestCase("fast")]
    [TestCase("NaN")]
    [TestCase("-Inf")]
    public void An_edge_that_is_no_number_makes_the_pod_unread(string edge)
    {
        Pod("a", (edge, 5), ("+Inf", 6));
        Pod("b", ("1", 5), ("+Inf", 6));

        Assert.That(Counters().Unread.Single().Reason, Does.EndWith($"has le=\"{edge}\", which is no number."));
    }

    private void Pod(string name, params (string? Edge, double Count)[] buckets)
    {
        var pod = batch.Pod(Scopes.Pod(name));
        frame.SetScrapedAt(pod, Scopes.Start);
        foreach (var (edge, count) in buckets)
        {
            frame.Add(batch.AddRow(pod, string.Empty, string.Empty, [edge]), count);
        }
    }

    private SignalReport.Counters Counters() => (SignalReport.Counters)plan.Assemble(batch, frame, [], "the test");

    private string Reason() => ((SignalReport.NoEvidence)plan.Assemble(batch, frame, [], "the test")).Reason;
}
