using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Scraping;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Metrics.Tests.Scraping;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BusinessScrapeTests
{
    private const string Requests = "http_requests_total{code=\"200\"} 90\nhttp_requests_total{code=\"503\"} 10\n";
    private const string Orders = "orders_total{method=\"card\"} 6\norders_total{method=\"cash\"} 1\n";

    // Virtual time runs faster than a busy machine answers; no test here is about time limits.
    private readonly ScrapeOptions patient = new() { TargetTimeout = TimeSpan.FromMinutes(1), ReadBudget = TimeSpan.FromMinutes(5) };
    private readonly FakeTimeProvider time = new(Scopes.Start);

    [Test]
    public async Task Reads_orders_and_errors_from_one_page()
    {
        var (server, report) = await ReadAsync(
            Scopes.Of([Scopes.Errors, Scopes.Orders], At("a")), static _ => StubServer.Content(Requests + Orders, "text/plain"));

        Assert.That(server.Bodies, Has.Count.EqualTo(1));
        Assert.That(
            report.Signals.Select(static signal => Counts((SignalReport.Counters)signal)),
            Is.EqualTo((string[])["a:10/100", "a:7/100"]));
        Assert.That(((SignalReport.Counters)report.Signals[1]).Pods.Single().At, Is.EqualTo(Scopes.Start));
    }

    [Test]
    public async Task A_pod_without_orders_has_none_when_another_pod_has_some()
    {
        var (_, report) = await ReadAsync(
            Scopes.Of(Scopes.Orders, At("a"), At("new")),
            static host => StubServer.Content(host == "new" ? Requests : Requests + Orders, "text/plain"));

        Assert.That(Counts((SignalReport.Counters)report.Signals.Single()), Is.EqualTo("a:7/100 new:0/100"));
    }

    [Test]
    [Category("Fault")]
    public async Task No_orders_on_any_page_is_no_evidence()
    {
        var (_, report) = await ReadAsync(
            Scopes.Of(Scopes.Orders, At("a"), At("b")), static _ => StubServer.Content(Requests, "text/plain"));

        Assert.That(
            ((SignalReport.NoEvidence)report.Signals.Single()).Reason,
            Is.EqualTo(
                "2 of 2 pods: No series of orders_total came for it or for any other pod: " +
                "nothing was counted yet, or the metric has another name."));
    }

    [Test]
    [Category("Fault")]
    public async Task A_page_with_orders_and_without_requests_makes_the_pod_unread()
    {
        var (_, report) = await ReadAsync(
            Scopes.Of(Scopes.Orders, At("a"), At("worker")),
            static host => StubServer.Content(host == "worker" ? Orders : Requests, "text/plain"));

        var counters = (SignalReport.Counters)report.Signals.Single();
        Assert.That(Counts(counters), Is.EqualTo("a:0/100"), "that the metric exists is proven even so");
        Assert.That(
            counters.Unread.Single().Reason,
            Is.EqualTo("its page has no http_requests_total: it had no traffic yet, or the metric has another name."));
    }

    [Test]
    [Category("Fault")]
    public async Task A_page_that_cannot_be_read_is_told_as_for_any_signal()
    {
        var (_, report) = await ReadAsync(
            Scopes.Of(Scopes.Orders, At("a"), At("bad")),
            static host => StubServer.Content(Requests + Orders + (host == "bad" ? "orders_total{" : string.Empty), "text/plain"));

        var counters = (SignalReport.Counters)report.Signals.Single();
        Assert.That(Counts(counters), Is.EqualTo("a:7/100"));
        Assert.That(counters.Unread.Single().Reason, Is.EqualTo("scrape failed: the page was cut off in the middle of a line."));
    }

    private static string Counts(SignalReport.Counters counters) => string.Join(
        ' ', counters.Pods.Select(static pod => $"{pod.Pod.Name}:{pod.Series.Single().Events.Single()}/{pod.Series.Single().Total}"));

    private static PodView At(string name) => Scopes.View(name, $"http://{name}:8080/metrics");

    private async Task<(StubServer Server, MetricReport Report)> ReadAsync(MetricScope scope, Func<string, HttpResponseMessage> page)
    {
        var server = new StubServer((request, _, _) => Task.FromResult(page(request.RequestUri!.Host)));
        using var client = server.Client();
        return (server, await time.DriveAsync(
            new ScrapeSource(client, patient, time).ReadAsync(scope, CancellationToken.None)));
    }
}
