using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Scraping;
using Guardrail.Testing.Prometheus;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Metrics.Tests.Scraping;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ScrapeSourceTests
{
    private const string Page = """
        # TYPE http_requests_total counter
        http_requests_total{code="200",route="/"} 90
        http_requests_total{code="200",route="/pay"} 5
        http_requests_total{code="503",route="/"} 10
        # TYPE http_request_duration_seconds histogram
        http_request_duration_seconds_bucket{le="0.5",route="/"} 70
        http_request_duration_seconds_bucket{le="+Inf",route="/"} 105

        """;

    private readonly FakeTimeProvider time = new(Scopes.Start);
    private readonly RecordingObserver observer = new();

    [Test]
    public async Task Reads_every_signal_from_one_page_and_sums_over_other_labels()
    {
        var server = StubServer.Always(static () => StubServer.Content(Page, "text/plain; version=0.0.4"));

        var report = await ReadAsync(server, Scopes.Of([Scopes.Errors, Scopes.Latency], At("a")));

        var errors = ((SignalReport.Counters)report.Signals[0]).Pods.Single();
        var latency = (SignalReport.Counters)report.Signals[1];
        Assert.That(server.Bodies, Has.Count.EqualTo(1));
        Assert.That(errors.At, Is.EqualTo(Scopes.Start));
        Assert.That((errors.Series.Single().Total, errors.Series.Single().Events.Single()), Is.EqualTo((105, 10)));
        Assert.That(latency.Edges, Is.EqualTo((double[])[0.5]));
        Assert.That((latency.Pods.Single().Series.Single().Total, latency.Pods.Single().Series.Single().Events.Single()),
            Is.EqualTo((105, 35)));
        Assert.That(observer.All<MetricSourceEvent.PodScraped>().Single().Bytes, Is.EqualTo(Page.Length));
    }

    [Test]
    public async Task Gives_the_same_report_as_Prometheus_for_the_same_page()
    {
        await using var pods = await CountingPods.StartAsync("a");
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        var source = new ScrapeSource(http, new ScrapeOptions(), TimeProvider.System);

        var report = await source.ReadAsync(
            Scopes.Of([Scopes.Errors, Scopes.Latency], Scopes.View("a", new Uri(pods.Address, "/a/metrics").ToString())),
                CancellationToken.None);

        Assert.That(((SignalReport.Counters)report.Signals[0]).Pods.Single().Series.Single().Events.Single(), Is.EqualTo(10));
        Assert.That(((SignalReport.Counters)report.Signals[1]).Pods.Single().Series.Single().Events, Is.EqualTo((long[])[51, 1]));
    }

    [Test]
    public async Task Asks_for_OpenMetrics_first_and_for_gzip()
    {
        string? accepted = null;
        var server = new StubServer((request, _, _) =>
        {
            accepted = $"{request.Headers.Accept} | {request.Headers.AcceptEncoding}";
            return Task.FromResult(StubServer.Content(Page + "# EOF\n", "application/openmetrics-text; version=1.0.0; charset=utf-8"));
        });

        var report = await ReadAsync(server, Scopes.Of(Scopes.Errors, At("a")));

        Assert.That(accepted, Is.EqualTo("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | gzip"));
        Assert.That(report.Signals.Single(), Is.InstanceOf<SignalReport.Counters>());
    }

    [Test]
    public async Task Never_has_more_than_the_allowed_number_of_scrapes_under_way()
    {
        var gate = new Lock();
        var (now, most) = (0, 0);
        var server = new StubServer(async (_, _, token) =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++now);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, token);
            lock (gate)
            {
                now--;
            }

            return StubServer.Content(Page, "text/plain");
        });
        using var client = server.Client();
        var source = new ScrapeSource(client, new ScrapeOptions { ConcurrentScrapes = 4 }, TimeProvider.System);

        var report = await source.ReadAsync(
            Scopes.Of(Scopes.Errors, [.. Enumerable.Range(0, 60).Select(static i => At($"p{i}"))]), CancellationToken.None);

        Assert.That(most, Is.InRange(2, 4));
        Assert.That(((SignalReport.Counters)report.Signals[0]).Pods, Has.Length.EqualTo(60));
    }

    [Test]
    public async Task A_pod_asked_for_twice_counts_once()
    {
        var report = await ReadAsync(
            StubServer.Always(static () => StubServer.Content(Page, "text/plain")), Scopes.Of(Scopes.Errors, At("a"), At("a")));

        Assert.That(((SignalReport.Counters)report.Signals[0]).Pods.Single().Series.Single().Total, Is.EqualTo(105));
    }

    [Test]
    public async Task Keeps_no_history()
    {
        using var client = StubServer.Always(static () => StubServer.Content(Page, "text/plain")).Client();
        var source = new ScrapeSource(client, new ScrapeOptions(), time);

        Assert.That(source.KeepsHistory, Is.False);
        Assert.That(
            await source.BackfillAsync(Scopes.Of(Scopes.Errors), Scopes.Start, Scopes.Start, TimeSpan.FromSeconds(5),
                CancellationToken.None).ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Without_pods_there_is_no_evidence()
    {
        Assert.That(
            Reason(await ReadAsync(StubServer.Always(static () => StubServer.Content(Page, "text/plain")), Scopes.Of(Scopes.Errors))),
            Is.EqualTo("There is no pod to scrape."));
    }

    [Test]
    [Category("Fault")]
    public async Task All_pods_down_is_no_evidence_with_their_number()
    {
        var server = new StubServer(
            (_, _, _) => throw new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused)));

        var report = await ReadAsync(server, Scopes.Of(Scopes.Errors, [.. Enumerable.Range(0, 12).Select(static i => At($"p{i}"))]));

        Assert.That(Reason(report), Is.EqualTo("12 of 12 pods: scrape failed: connection refused."));
        Assert.That(observer.Faults, Is.All.EqualTo(FaultKind.Unreachable).And.Exactly(12).Items);
    }

    [Test]
    [Category("Fault")]
    public async Task A_pod_without_target_names_the_annotation()
    {
        Assert.That(
            await UnreadAsync(StubServer.Always(static () => StubServer.Content(Page, "text/plain")), Scopes.View("bad")),
            Is.EqualTo("scrape failed: it says nowhere where its metrics are: annotate the pod template with prometheus.io/port."));
    }

    [Test]
    [Category("Fault")]
    public async Task A_target_that_is_not_http_is_not_asked()
    {
        var server = StubServer.Always(static () => StubServer.Content(Page, "text/plain"));

        Assert.That(await UnreadAsync(server, Scopes.View("bad", "file:///etc/passwd")), Does.Contain("neither http nor https"));
        Assert.That(server.Bodies, Has.Count.EqualTo(1), "only the good pod's");
    }

    [TestCase(HttpStatusCode.NotFound, "scrape failed: the pod answered 404 NotFound; correct the annotation prometheus.io/path.")]
    [TestCase(HttpStatusCode.Found,
        "scrape failed: the pod answered 302 Found; redirects are not followed, so name the right scheme and path.")]
    [TestCase(HttpStatusCode.InternalServerError, "scrape failed: the pod answered 500 InternalServerError.")]
    [Category("Fault")]
    public async Task A_status_other_than_200_makes_the_pod_unread(HttpStatusCode status, string reason)
    {
        Assert.That(await UnreadAsync(ForBad(() => StubServer.Content("x", "text/plain", status)), At("bad")), Is.EqualTo(reason));
    }

    [TestCase("http_requests_total{code=\"200\"} 1\nhttp_requests_total{code=\"503\"} 1", "text/plain",
        "the page was cut off in the middle of a line.")]
    [TestCase("http_requests_total{code=\"200\"} 1\n", "application/openmetrics-text",
        "the page was cut off: it does not end with # EOF, as OpenMetrics must.")]
    [TestCase("<html>", "text/html", "the page is HTML; correct the annotations prometheus.io/port and prometheus.io/path.")]
    [TestCase("\u0001", "application/vnd.google.protobuf", "the page is protobuf, though text was asked for.")]
    [TestCase("http_requests_total{code=\"200\"} x\n", "text/plain", "line 1: the value is no number.")]
    [Category("Fault")]
    public async Task A_page_that_cannot_be_read_makes_the_pod_unread(string page, string type, string reason)
    {
        Assert.That(await UnreadAsync(ForBad(() => StubServer.Content(page, type)), At("bad")), Is.EqualTo("scrape failed: " + reason));
    }

    [TestCase("up 1\n", "its page has no http_requests_total: it had no traffic yet, or the metric has another name.")]
    [TestCase("# TYPE http_requests_total gauge\n", "its page declares a gauge, and has no http_requests_total.")]
    [TestCase("http_requests_total{code=\"200\"} NaN\n", "http_requests_total is NaN, which is no count.")]
    [Category("Fault")]
    public async Task A_page_without_counts_makes_the_pod_unread(string page, string reason)
    {
        Assert.That(await UnreadAsync(ForBad(() => StubServer.Content(page, "text/plain")), At("bad")), Is.EqualTo(reason));
    }

    [Test]
    [Category("Fault")]
    public async Task A_summary_instead_of_a_histogram_is_named()
    {
        var report = await ReadAsync(
            StubServer.Always(static () => StubServer.Content("# TYPE http_request_duration_seconds summary\n", "text/plain")),
                Scopes.Of(Scopes.Latency, At("a")));

        Assert.That(Reason(report),
            Does.Contain("declares a summary, which has no http_request_duration_seconds_bucket: use a histogram."));
    }

    [Test]
    [Category("Fault")]
    public async Task A_slow_pod_is_unread_after_its_time_limit()
    {
        var server = new StubServer(async (request, _, token) =>
        {
            if (request.RequestUri!.Host == "bad")
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }

            return StubServer.Content(Page, "text/plain");
        });

        Assert.That(await UnreadAsync(server, At("bad")), Is.EqualTo("scrape failed: no complete page within 2 s."));
    }

    [Test]
    [Category("Fault")]
    public async Task Many_slow_pods_end_with_the_budget_for_all()
    {
        var server = new StubServer(async (_, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new HttpResponseMessage();
        });

        var report = await ReadAsync(server, Scopes.Of(Scopes.Errors, [.. Enumerable.Range(0, 1000).Select(static i => At($"p{i}"))]));

        Assert.That(Reason(report), Does.Contain("of 1,000 pods: scrape failed: not read within the 10 s for all pods."));
        Assert.That(time.GetUtcNow() - Scopes.Start, Is.LessThan(TimeSpan.FromSeconds(15)));
    }

    [Test]
    [Category("Fault")]
    public async Task A_gzip_bomb_is_cut_off_at_the_limit()
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("other_metric 1\n", 2_000_000))));
        }

        var bomb = target.ToArray();
        var server = ForBad(() =>
        {
            var response = StubServer.Content(bomb, "text/plain");
            response.Content.Headers.ContentEncoding.Add("gzip");
            return response;
        });

        Assert.That(bomb, Has.Length.LessThan(1_000_000));
        Assert.That(await UnreadAsync(server, At("bad")), Is.EqualTo("scrape failed: the body is larger than the limit of 8388608 bytes."));
    }

    [Test]
    [Category("Fault")]
    public async Task A_line_without_end_is_cut_off_at_its_limit()
    {
        var server = ForBad(static () => StubServer.Content(new string('m', 3_000_000), "text/plain"));

        Assert.That(await UnreadAsync(server, At("bad")), Is.EqualTo("scrape failed: a line is longer than 1048576 bytes."));
    }

    [Test]
    public void Cancelling_the_read_throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var client = StubServer.Always(static () => StubServer.Content(Page, "text/plain")).Client();
        var source = new ScrapeSource(client, new ScrapeOptions(), time);

        Assert.That(async () =>
            await source.ReadAsync(Scopes.Of(Scopes.Errors, At("a")), cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static PodView At(string name) => Scopes.View(name, $"http://{name}:8080/metrics");

    private static string Reason(MetricReport report) => ((SignalReport.NoEvidence)report.Signals[0]).Reason;

    private static StubServer ForBad(Func<HttpResponseMessage> answer) =>
        new((request, _, _) => Task.FromResult(request.RequestUri!.Host == "bad" ? answer() : StubServer.Content(Page, "text/plain")));

    /// <summary>Why the bad pod is unread, while a good one beside it is read.</summary>
    private async Task<string> UnreadAsync(StubServer server, PodView bad)
    {
        var counters = (SignalReport.Counters)(await ReadAsync(server, Scopes.Of(Scopes.Errors, At("good"), bad))).Signals[0];
        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("good"));
        Assert.That(counters.Unread.Single().Pod, Is.EqualTo(bad.Id));
        return counters.Unread.Single().Reason;
    }

    private async Task<MetricReport> ReadAsync(StubServer server, MetricScope scope)
    {
        using var client = server.Client();
        return await time.DriveAsync(
            new ScrapeSource(client, new ScrapeOptions(), time, observer).ReadAsync(scope, CancellationToken.None));
    }
}
