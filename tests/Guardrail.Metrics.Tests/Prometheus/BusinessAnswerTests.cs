using Guardrail.Engine.Observations;
using Guardrail.Metrics.Prometheus;

namespace Guardrail.Metrics.Tests.Prometheus;

/// <summary>Answers to the query of a business signal.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BusinessAnswerTests : PrometheusFaultBase
{
    private const double Scraped = PromJson.Now - 2;

    [Test]
    public async Task Requests_and_orders_come_in_one_query()
    {
        var server = Serving(PromJson.Orders("a", "100", "7", Scraped), PromJson.Orders("b", "40", "0", Scraped - 1));

        var counters = (SignalReport.Counters)await ReadAsync(server, Scopes.Orders);

        Assert.That(server.Bodies, Has.Count.EqualTo(1));
        Assert.That(
            counters.Pods.Select(static pod => (pod.Pod.Name, pod.At, pod.Series.Single().Total, pod.Series.Single().Events.Single())),
            Is.EqualTo(((string, DateTimeOffset, long, long)[])[
                ("a", Scopes.Start.AddSeconds(-2), 100, 7), ("b", Scopes.Start.AddSeconds(-3), 40, 0)]));
        Assert.That(counters.Edges, Is.Empty);
        Assert.That(counters.Unread, Is.Empty);
    }

    [Test]
    public async Task A_pod_without_orders_has_none_when_another_pod_has_some()
    {
        var counters = (SignalReport.Counters)await ReadAsync(
            Serving(PromJson.Orders("a", "100", "7", Scraped), PromJson.Orders("new", "5", null, Scraped)), Scopes.Orders);

        Assert.That(
            counters.Pods.Select(static pod => (pod.Pod.Name, pod.Series.Single().Total, pod.Series.Single().Events.Single())),
            Is.EqualTo(((string, long, long)[])[("a", 100, 7), ("new", 5, 0)]));
    }

    [Test]
    [Category("Fault")]
    public async Task Orders_of_another_scrape_than_the_requests_make_the_pod_unread()
    {
        var counters = (SignalReport.Counters)await ReadAsync(
            Serving(PromJson.Orders("a", "100", "7", Scraped), PromJson.Orders("b", "100", "7", Scraped, Scraped - 5)), Scopes.Orders);

        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("a"));
        Assert.That(
            counters.Unread.Single().Reason,
            Is.EqualTo(
                "Its orders_total and its http_requests_total are not of the same scrape, so they cannot be compared: " +
                "serve both on one page and let one job scrape it."));
    }

    [Test]
    public async Task A_second_address_of_the_pod_that_is_scraped_at_another_time_adds_its_requests()
    {
        var counters = (SignalReport.Counters)await ReadAsync(
            Serving(
                PromJson.Orders("a", "100", "7", Scraped, instance: "app"),
                PromJson.Orders("a", "50", null, Scraped + 1, instance: "side")),
            Scopes.Orders);

        var pod = counters.Pods.Single();
        Assert.That((pod.Series.Single().Total, pod.Series.Single().Events.Single()), Is.EqualTo((150, 7)));
        Assert.That(pod.At, Is.EqualTo(Scopes.Start.AddSeconds(-1)), "the later scrape");
    }

    [Test]
    [Category("Fault")]
    public async Task Orders_of_an_address_without_requests_make_the_pod_unread()
    {
        var side = PromJson.Orders("a", "1", "7", Scraped, instance: "side")[2..];

        var reason = Reason(await ReadAsync(
            Serving(PromJson.Orders("a", "100", null, Scraped, instance: "app"), side), Scopes.Orders));

        Assert.That(reason, Does.StartWith("1 of 1 pod: Its orders_total and its http_requests_total are not of the same scrape"));
    }

    [Test]
    [Category("Fault")]
    public async Task No_orders_anywhere_is_no_evidence_and_says_why()
    {
        var server = StubServer.By(body => StubServer.Json(
            body.Contains("count(", StringComparison.Ordinal)
                ? PromJson.Vector()
                : PromJson.Vector([.. PromJson.Orders("a", "100", null, Scraped), .. PromJson.Orders("b", "9", null, Scraped)])));

        Assert.That(
            Reason(await ReadAsync(server, Scopes.Orders)),
            Is.EqualTo(
                "0 series of orders_total{namespace=\"shop\"} came: " +
                "Prometheus knows no metric orders_total; is its name right, and are the pods scraped?"));
        Assert.That(server.Bodies, Has.Count.EqualTo(2), "and one query for the reason");
    }

    [Test]
    [Category("Fault")]
    public async Task No_requests_anywhere_is_no_evidence_however_many_orders_there_are()
    {
        var server = StubServer.By(body => StubServer.Json(
            body.Contains("count(", StringComparison.Ordinal)
                ? PromJson.Vector()
                : PromJson.Vector(PromJson.Orders("a", "1", "7", Scraped)[2..])));

        Assert.That(Reason(await ReadAsync(server, Scopes.Orders)), Does.StartWith("0 series of http_requests_total{namespace=\"shop\"}"));
    }

    [Test]
    [Category("Fault")]
    public async Task Orders_that_name_no_pod_are_no_evidence_instead_of_none()
    {
        var orphan = PromJson.Row("guardrail_part=companion,namespace=shop,instance=i,job=pods", "7");

        Assert.That(
            Reason(await ReadAsync(Serving(PromJson.Orders("a", "100", null, Scraped), [orphan]), Scopes.Orders)),
            Is.EqualTo(
                "1 series of orders_total{namespace=\"shop\"} came, but none has the label pod, which must name the pod: " +
                "add it by relabeling, or set podLabel."));
    }

    [Test]
    [Category("Fault")]
    public async Task A_pod_with_orders_and_without_requests_is_told_once_and_only_if_it_was_asked_for()
    {
        using var client = Serving(
            PromJson.Orders("a", "100", "7", Scraped), PromJson.Orders("worker", "1", "3", Scraped)[2..],
            PromJson.Orders("stranger", "1", "3", Scraped)[2..]).Client();
        using var source = Source(client);

        var report = await Time.DriveAsync(
            source.ReadAsync(Scopes.Of(Scopes.Orders, Scopes.View("a"), Scopes.View("worker")), CancellationToken.None));

        var counters = (SignalReport.Counters)report.Signals.Single();
        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("a"));
        Assert.That(counters.Unread.Single().Pod.Name, Is.EqualTo("worker"));
        Assert.That(counters.Unread.Single().Reason, Does.StartWith("No series of http_requests_total came for it"));
    }

    [Test]
    [Category("Fault")]
    public async Task Orders_collected_by_two_jobs_make_the_pod_unread()
    {
        var twice = PromJson.Row("guardrail_part=companion,namespace=shop,pod=a,instance=i,job=services", "7");

        var counters = (SignalReport.Counters)await ReadAsync(
            Serving(PromJson.Orders("a", "100", "7", Scraped), [twice], PromJson.Orders("b", "100", "7", Scraped)), Scopes.Orders);

        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("b"));
        Assert.That(counters.Unread.Single().Reason, Does.StartWith("The same address gives orders_total more than once"));
    }

    [TestCase("NaN", "orders_total is NaN, which is no count.")]
    [TestCase("12.5", "orders_total is 12.5, not a whole number: name the raw counter, not a rate or a recording rule.")]
    [Category("Fault")]
    public async Task Orders_that_are_no_count_make_the_pod_unread(string value, string reason)
    {
        var counters = (SignalReport.Counters)await ReadAsync(
            Serving(PromJson.Orders("a", "100", value, Scraped), PromJson.Orders("b", "100", "7", Scraped)), Scopes.Orders);

        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("b"));
        Assert.That(counters.Unread.Single().Reason, Is.EqualTo(reason));
    }

    [Test]
    public async Task Backfill_counts_no_orders_as_none_only_at_steps_where_the_metric_was_there()
    {
        var server = StubServer.Always(() => StubServer.Json(Matrix()));
        using var client = server.Client();
        using var source = Source(client);

        var reports = await Time.DriveAsync(source.BackfillAsync(
            Scopes.Of(Scopes.Orders), Scopes.Start, Scopes.Start.AddSeconds(10), TimeSpan.FromSeconds(5), CancellationToken.None)
            .ToListAsync());

        Assert.That(server.Bodies, Has.Count.EqualTo(1));
        Assert.That(
            Reason(reports[0].Signals.Single()), Is.EqualTo("0 series of orders_total{namespace=\"shop\"} were there at that time."));
        Assert.That(
            reports.Skip(1).Select(static report => string.Join(' ', ((SignalReport.Counters)report.Signals.Single()).Pods
                .Select(static pod => $"{pod.Pod.Name}:{pod.Series.Single().Events.Single()}/{pod.Series.Single().Total}"))),
            Is.EqualTo((string[])["a:1/10 b:0/10", "a:1/10 b:0/10"]));
    }

    private static StubServer Serving(params string[][] rows) =>
        StubServer.Always(() => StubServer.Json(PromJson.Vector([.. rows.SelectMany(static row => row)])));

    /// <summary>Three steps; orders only of pod a, and only from the second.</summary>
    private static string Matrix()
    {
        static string Row(string part, string pod, int first, Func<double, double> value)
        {
            var points = Enumerable.Range(first, 3 - first).Select(static i => PromJson.Now + (5 * i))
                .Select(t => FormattableString.Invariant($"[{t},\"{value(t)}\"]"));
            return $$"""
                {"metric":{"guardrail_part":"{{part}}","namespace":"shop","pod":"{{pod}}","instance":"{{pod}}"},
                "values":[{{string.Join(',', points)}}]}
                """;
        }

        return PromJson.Vector(
            [
                .. ((string[])["a", "b"]).SelectMany(static pod =>
                    (string[])[Row("value", pod, 0, static _ => 10), Row("at", pod, 0, static t => t - 1)]),
                Row("companion", "a", 1, static _ => 1),
                Row("companion_at", "a", 1, static t => t - 1),
            ]).Replace("vector", "matrix", StringComparison.Ordinal);
    }
}
