using System.Diagnostics;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Metrics.Http;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Prometheus;
using Guardrail.Testing.Prometheus;

namespace Guardrail.Metrics.Tests.Prometheus;

/// <summary>Against the real program, scraping real pages: each page's total names the scrape it came from.</summary>
[Category("Prometheus")]
[Category("Slow")]
internal sealed class RealPrometheusTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly MetricScope Scope = Scopes.Of([Scopes.Errors, Scopes.Latency], Scopes.View("a"), Scopes.View("b"));

    [Test]
    public async Task Reads_the_counters_of_every_pod_with_the_time_of_their_scrape_in_one_query_per_signal()
    {
        await using var pods = await CountingPods.StartAsync("a", "b");
        await using var prometheus = await RealPrometheus.StartAsync(pods.Job("pods", "1s"));
        var observer = new RecordingObserver();
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        using var source = new PrometheusSource(
            http, new PrometheusOptions { Address = prometheus.Address }, TimeProvider.System, observer);

        var report = await UntilAsync(source, Scope, static report => PodsOf(report).Count() == 4);

        foreach (var pod in PodsOf(report))
        {
            var series = pod.Series.Single();
            var served = pods.ServedAt(pod.Pod.Name, series.Total);
            Assert.That(served, Is.Not.Null, "the total is one that the pod has served");
            Assert.That(served!.Value - pod.At, Is.InRange(TimeSpan.FromMilliseconds(-5), TimeSpan.FromSeconds(1)),
                "and the time is that of its scrape");
        }

        var errors = (SignalReport.Counters)report.Signals[0];
        var latency = (SignalReport.Counters)report.Signals[1];
        Assert.That(errors.Pods.Select(static pod => pod.Series[0].Events[0]),
            Is.EqualTo(errors.Pods.Select(static pod => pod.Series[0].Total / 10)));
        Assert.That(latency.Edges, Is.EqualTo((double[])[0.1, 1]));
        Assert.That(
            latency.Pods.Select(static pod => pod.Series[0]),
            Is.All.Matches<CounterSeries>(static s => s.Events[0] == s.Total - (s.Total / 2) && s.Events[1] == 1));
        var before = observer.All<MetricSourceEvent.QueryAnswered>().Count();
        await source.ReadAsync(Scope, CancellationToken.None);
        Assert.That(observer.All<MetricSourceEvent.QueryAnswered>().Count() - before, Is.EqualTo(2), "one query per signal");
    }

    [Test]
    public async Task Backfill_gives_the_ticks_that_live_reads_saw()
    {
        await using var pods = await CountingPods.StartAsync("a", "b");
        await using var prometheus = await RealPrometheus.StartAsync(pods.Job("pods", "500ms"));
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        using var source = new PrometheusSource(
            http, new PrometheusOptions { Address = prometheus.Address, BackfillSamples = 1000 }, TimeProvider.System);

        var live = new Dictionary<(string Signal, string Pod, DateTimeOffset At), string>();
        var from = TimeProvider.System.GetUtcNow();
        await UntilAsync(source, Scope, report => Note(report, live) >= 24);

        // One step further: the last scrape that was seen may lie behind the last step.
        var until = TimeProvider.System.GetUtcNow().AddMilliseconds(100);
        var past = new Dictionary<(string Signal, string Pod, DateTimeOffset At), string>();
        var moments = new List<DateTimeOffset>();
        await foreach (var report in source.BackfillAsync(Scope, from, until, TimeSpan.FromMilliseconds(100), CancellationToken.None))
        {
            moments.Add(report.At);
            Assert.That(report.Signals, Has.Length.EqualTo(2));
            Note(report, past);
        }

        Assert.That(moments, Is.Ordered.Ascending);
        Assert.That(moments, Has.Count.EqualTo((int)((until - from).TotalMilliseconds / 100) + 1));
        Assert.That(live.Keys.Except(past.Keys), Is.Empty, "every tick seen live is there");
        Assert.That(live.Where(tick => past[tick.Key] != tick.Value), Is.Empty, "with the same counters");
        var last = live.Keys.Max(static key => key.At);
        Assert.That(
            past.Keys.Where(key => key.At < last && !live.ContainsKey(key)).Count(),
            Is.LessThanOrEqualTo(live.Count / 2),
            "and hardly one more than the reads happened to miss");
    }

    [Test]
    public async Task Orders_and_requests_are_of_the_same_scrape_in_one_query()
    {
        await using var pods = await CountingPods.StartAsync("a", "b");
        await using var prometheus = await RealPrometheus.StartAsync(pods.Job("pods", "300ms"));
        var observer = new RecordingObserver();
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        using var source = new PrometheusSource(
            http, new PrometheusOptions { Address = prometheus.Address }, TimeProvider.System, observer);
        var scope = Scopes.Of(Scopes.Orders, Scopes.View("a"), Scopes.View("b"));
        await UntilAsync(source, scope, static report => PodsOf(report).Count() == 2);
        var queries = observer.All<MetricSourceEvent.QueryAnswered>().Count();

        var ticks = new Dictionary<(string Signal, string Pod, DateTimeOffset At), string>();
        var reads = 0;
        await UntilAsync(source, scope, report =>
        {
            reads++;
            foreach (var pod in PodsOf(report))
            {
                var series = pod.Series.Single();
                Assert.That(series.Events.Single(), Is.EqualTo(series.Total / CountingPods.RequestsPerOrder), "no order of another scrape");
                Assert.That(
                    pods.ServedAt(pod.Pod.Name, series.Total)!.Value - pod.At,
                    Is.InRange(TimeSpan.FromMilliseconds(-5), TimeSpan.FromSeconds(1)), "and the time is that of its scrape");
            }

            return Note(report, ticks) >= 60;
        });

        Assert.That(observer.All<MetricSourceEvent.QueryAnswered>().Count() - queries, Is.EqualTo(reads), "one query per read");
        Assert.That(ticks.Values.Select(static tick => tick.Split(':')[1]).Distinct().Count(), Is.GreaterThan(1), "orders went on");
    }

    [Test]
    public async Task A_pod_without_orders_has_none_only_while_another_shows_that_they_are_counted()
    {
        await using var pods = await CountingPods.StartAsync("a", "b");
        await using var prometheus = await RealPrometheus.StartAsync(pods.Job("pods", "1s"));
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        using var source = new PrometheusSource(http, new PrometheusOptions { Address = prometheus.Address }, TimeProvider.System);
        var scope = Scopes.Of(Scopes.Orders, Scopes.View("a"), Scopes.View("b"));
        await UntilAsync(source, scope, static report => PodsOf(report).Count() == 2);

        pods.Restart("b");
        var one = await UntilAsync(source, scope, static report => PodsOf(report).Any(static pod => pod.Series[0].Total < 100));
        pods.Restart("a");
        var none = await UntilAsync(source, scope, static report => report.Signals[0] is SignalReport.NoEvidence);

        Assert.That(PodsOf(one).Select(static pod => (pod.Pod.Name, pod.Series[0].Events[0] > 0)),
            Is.EqualTo(((string, bool)[])[("a", true), ("b", false)]));
        Assert.That(
            ReasonOf(none),
            Is.EqualTo(
                "0 series of orders_total{namespace=\"shop\"} came: " +
                "Prometheus knows no metric orders_total; is its name right, and are the pods scraped?"));
    }

    [Test]
    public async Task A_restarted_process_shows_as_a_counter_that_fell()
    {
        await using var pods = await CountingPods.StartAsync("a");
        await using var prometheus = await RealPrometheus.StartAsync(pods.Job("pods", "500ms"));
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        using var source = new PrometheusSource(http, new PrometheusOptions { Address = prometheus.Address }, TimeProvider.System);
        var scope = Scopes.Of(Scopes.Errors, Scopes.View("a"));
        var before = PodsOf(await UntilAsync(source, scope, static report => PodsOf(report).Any())).Single();

        pods.Restart("a");
        var after = PodsOf(await UntilAsync(
            source, scope, report => PodsOf(report).Any(pod => pod.Series[0].Total < before.Series[0].Total))).Single();

        Assert.That(before.Series[0].Total, Is.GreaterThan(100));
        Assert.That(after.Series[0].Total, Is.LessThan(50));
        Assert.That(after.At, Is.GreaterThan(before.At));
    }

    [Test]
    public async Task A_stopped_Prometheus_is_no_evidence_and_one_started_again_is_read_again_with_its_history()
    {
        await using var pods = await CountingPods.StartAsync("a", "b");
        await using var prometheus = await RealPrometheus.StartAsync(pods.Job("pods", "500ms"));
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        var options = new PrometheusOptions
        {
            Address = prometheus.Address,
            BreakDuration = TimeSpan.FromSeconds(1),
            RetryDelay = TimeSpan.FromMilliseconds(20)
        };
        using var source = new PrometheusSource(http, options, TimeProvider.System);
        var seen = PodsOf(await UntilAsync(source, Scope, static report => PodsOf(report).Count() == 4)).First();
        var from = TimeProvider.System.GetUtcNow();

        await prometheus.StopAsync();
        var blind = await source.ReadAsync(Scope, CancellationToken.None);
        await prometheus.StartAgainAsync();
        var again = await UntilAsync(source, Scope, report => PodsOf(report).Any(pod => pod.At > from));
        var history = new List<MetricReport>();
        await foreach (var report in source.BackfillAsync(Scope, from, from, TimeSpan.FromSeconds(1), CancellationToken.None))
        {
            history.Add(report);
        }

        Assert.That(blind.Signals, Is.All.InstanceOf<SignalReport.NoEvidence>());
        Assert.That(((SignalReport.NoEvidence)blind.Signals[0]).Reason, Does.Contain("connection refused"));
        Assert.That(PodsOf(again), Is.Not.Empty);
        Assert.That(PodsOf(history.Single()).First(pod => pod.Pod == seen.Pod).At, Is.GreaterThanOrEqualTo(seen.At),
            "what was before the stop is still there");
    }

    [Test]
    public async Task Two_jobs_that_scrape_the_same_pods_are_found_out()
    {
        await using var pods = await CountingPods.StartAsync("a");
        await using var prometheus = await RealPrometheus.StartAsync(pods.Job("pods", "500ms") + pods.Job("services", "500ms"));
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        using var source = new PrometheusSource(http, new PrometheusOptions { Address = prometheus.Address }, TimeProvider.System);

        var report = await UntilAsync(
            source, Scopes.Of(Scopes.Errors), static report => ReasonOf(report).Contains("duplicate", StringComparison.Ordinal));

        Assert.That(ReasonOf(report), Does.StartWith("1 of 1 pod: The same address gives http_requests_total more than once"));
    }

    [Test]
    public async Task Says_what_is_wrong_when_nothing_comes()
    {
        await using var pods = await CountingPods.StartAsync("a");
        var job = pods.Job("pods", "500ms");
        await using var prometheus = await RealPrometheus.StartAsync(
            job + job.Replace("job_name: pods", "job_name: bare", StringComparison.Ordinal)
                .Replace("namespace: shop, pod: a", "namespace: bare", StringComparison.Ordinal));
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());
        var options = new PrometheusOptions { Address = prometheus.Address };
        using var early = new PrometheusSource(http, options, TimeProvider.System);
        await UntilAsync(early, Scopes.Of(Scopes.Errors), static report => PodsOf(report).Any());
        await UntilAsync(early, InNamespace("bare", Scopes.Errors), static report =>
            ReasonOf(report).Contains("has the label pod", StringComparison.Ordinal));

        // A new one: what the first found out before anything was scraped, it holds on to for a minute.
        using var source = new PrometheusSource(http, options, TimeProvider.System);

        Assert.That(
            ReasonOf(await source.ReadAsync(InNamespace("bare", Scopes.Errors), CancellationToken.None)),
            Is.EqualTo(
                "2 series of http_requests_total{namespace=\"bare\"} came, but none has the label pod, which must name the pod: " +
                "add it by relabeling, or set podLabel."));
        Assert.That(
            ReasonOf(await source.ReadAsync(Scopes.Of(Scopes.Errors with { Metric = "http_request_total" }), CancellationToken.None)),
            Is.EqualTo(
                "0 series of http_request_total{namespace=\"shop\"} came: " +
                "Prometheus knows no metric http_request_total; is its name right, and are the pods scraped?"));
        Assert.That(
            ReasonOf(await source.ReadAsync(InNamespace("bank", Scopes.Errors), CancellationToken.None)),
            Is.EqualTo(
                "0 series of http_requests_total{namespace=\"bank\"} came: the metric has 4 series elsewhere, " +
                "but none in these namespaces; there was no traffic yet, or their pods are not scraped."));
        Assert.That(
            ReasonOf(await source.ReadAsync(Scopes.Of(Scopes.Errors with { PodLabel = "pod_name" }), CancellationToken.None)),
            Does.EndWith("but none has the label pod_name, which must name the pod: add it by relabeling, or set podLabel."));
        Assert.That(
            ReasonOf(await source.ReadAsync(Scopes.Of(Scopes.Errors with { NamespaceLabel = "ns" }), CancellationToken.None)),
            Does.Contain("has the label ns, which must name the namespace"));
        Assert.That(
            ReasonOf(await source.ReadAsync(Scopes.Of(Scopes.Errors with { OutcomeLabels = ["grpc_code"] }), CancellationToken.None)),
            Does.Contain("none carries any of the labels grpc_code"));
        Assert.That(
            ReasonOf(await source.ReadAsync(Scopes.Of(Scopes.Latency with { Metric = "x\"} or vector(1) #" }), CancellationToken.None)),
            Does.Contain("Prometheus knows no metric"),
            "a metric's name cannot become part of the expression");
    }

    [Test]
    public async Task The_probe_knows_a_Prometheus_a_wrong_path_and_an_empty_port()
    {
        await using var pods = await CountingPods.StartAsync("a");
        await using var prometheus = await RealPrometheus.StartAsync(pods.Job("pods", "1s"));
        using var http = MetricHttp.NewClient(MetricHttp.NewHandler());

        Assert.That(await ProbeAsync(http, prometheus.Address), Is.InstanceOf<SourceProbe.Ready>());
        Assert.That((await ProbeAsync(http, new Uri(prometheus.Address, "/prefix"))).Sentence,
            Does.Contain("404").And.Contain("does it need a path"));
        Assert.That(await ProbeAsync(http, pods.Address), Is.InstanceOf<SourceProbe.Wrong>());
        await prometheus.StopAsync();
        Assert.That(await ProbeAsync(http, prometheus.Address), Is.InstanceOf<SourceProbe.Unreachable>());
    }

    private static async Task<SourceProbe> ProbeAsync(HttpClient http, Uri address)
    {
        using var source = new PrometheusSource(http, new PrometheusOptions { Address = address }, TimeProvider.System);
        return await source.ProbeAsync(CancellationToken.None);
    }

    private static MetricScope InNamespace(string name, SignalDefinition signal) => new([signal], [name], []);

    private static IEnumerable<PodReading> PodsOf(MetricReport report) =>
        report.Signals.OfType<SignalReport.Counters>().SelectMany(static counters => counters.Pods);

    private static string ReasonOf(MetricReport report) =>
        report.Signals[0] is SignalReport.NoEvidence { Reason: var reason } ? reason : string.Empty;

    private static int Note(MetricReport report, Dictionary<(string Signal, string Pod, DateTimeOffset At), string> ticks)
    {
        foreach (var counters in report.Signals.OfType<SignalReport.Counters>())
        {
            foreach (var pod in counters.Pods)
            {
                ticks[(counters.Signal.Name, pod.Pod.Name, pod.At)] = string.Join(
                    ';', pod.Series.Select(static s => $"{s.Total}:{string.Join(',', s.Events)}"));
            }
        }

        return ticks.Count;
    }

    private static async Task<MetricReport> UntilAsync(PrometheusSource source, MetricScope scope, Func<MetricReport, bool> enough)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var report = await source.ReadAsync(scope, CancellationToken.None);
            if (enough(report))
            {
                return report;
            }

            Assert.That(waited.Elapsed, Is.LessThan(Patience), $"it never came; the last report was {string.Join(" | ", report.Signals)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
