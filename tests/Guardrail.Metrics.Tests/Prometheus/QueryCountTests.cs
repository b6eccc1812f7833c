using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Guardrail.Metrics.Prometheus;

namespace Guardrail.Metrics.Tests.Prometheus;

/// <summary>What a read costs does not depend on the number of workloads, but for the size of the answer.</summary>
internal sealed class QueryCountTests
{
    private static readonly PrometheusOptions Options = new() { Address = new Uri("http://prometheus:9090/prefix/") };

    [TestCase(20)]
    [TestCase(1000)]
    public async Task Any_number_of_deployments_needs_one_query_per_signal(int deployments)
    {
        var body = Answer(deployments);
        var server = StubServer.Always(() => StubServer.Json(body));
        using var client = server.Client();
        using var source = new PrometheusSource(client, Options, TimeProvider.System);
        var pods = Enumerable.Range(0, deployments).SelectMany(d => Enumerable.Range(0, 3).Select(p => View(d, p))).ToArray();
        var namespaces = pods.Select(static pod => pod.Id.Namespace).ToImmutableSortedSet();

        var report = await source.ReadAsync(new MetricScope([Scopes.Errors, Scopes.Latency], namespaces, pods), CancellationToken.None);

        Assert.That(server.Bodies, Has.Count.EqualTo(2));
        Assert.That(server.Bodies, Is.All.StartsWith("POST http://prometheus:9090/prefix/api/v1/query query="));
        Assert.That(((SignalReport.Counters)report.Signals[0]).Pods, Has.Length.EqualTo(deployments * 3));
    }

    [Test]
    public async Task Signals_that_need_the_same_series_share_a_query()
    {
        var server = StubServer.Always(() => StubServer.Json(PromJson.Healthy));
        using var client = server.Client();
        using var source = new PrometheusSource(client, Options, TimeProvider.System);

        var report = await source.ReadAsync(
            Scopes.Of([Scopes.Errors, Scopes.Errors with { Id = new("refused"), ErrorPattern = "4..", Weight = 0.1 }]),
                CancellationToken.None);

        Assert.That(server.Bodies, Has.Count.EqualTo(1));
        Assert.That(
            report.Signals.Cast<SignalReport.Counters>().Select(static signal => signal.Pods.Single().Series.Single()),
            Is.EqualTo((CounterSeries[])[new(string.Empty, 100, [10]), new(string.Empty, 100, [0])]).Using<CounterSeries>(Same));
    }

    [Test]
    [Category("Slow")]
    public async Task Reads_36000_series_within_a_second_of_one_processor()
    {
        var body = Answer(4000);
        using var client = StubServer.Always(() => StubServer.Json(body)).Client();
        using var source = new PrometheusSource(client, Options, TimeProvider.System);
        var scope = Scopes.Of(Scopes.Errors);
        await source.ReadAsync(scope, CancellationToken.None);

        var used = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        const int rounds = 5;
        for (var i = 0; i < rounds; i++)
        {
            var report = await source.ReadAsync(scope, CancellationToken.None);
            Assert.That(((SignalReport.Counters)report.Signals[0]).Pods, Has.Length.EqualTo(12_000));
        }

        var processor = (Environment.CpuUsage.TotalTime - used) / rounds;
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"36,000 series, 12,000 pods, {body.Length / 1e6:0.0} MB: {processor.TotalMilliseconds:0} ms of processor, " +
            $"{watch.Elapsed.TotalMilliseconds / rounds:0} ms, " +
            $"{(GC.GetTotalAllocatedBytes() - allocated) / rounds / 1e6:0.0} MB allocated per read"));
        Assert.That(processor, Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    private static bool Same(CounterSeries a, CounterSeries b) =>
        a.Stratum == b.Stratum && a.Total == b.Total && a.Events.SequenceEqual(b.Events);

    private static string Answer(int deployments)
    {
        var rows = new List<string>();
        for (var d = 0; d < deployments; d++)
        {
            for (var p = 0; p < 3; p++)
            {
                var pod = View(d, p).Id;
                var labels = $"namespace={pod.Namespace},pod={pod.Name}";
                foreach (var (code, value) in ((string, int)[])[("200", 123456 + d), ("404", 17), ("503", d % 7)])
                {
                    rows.Add(PromJson.Row(
                        $"guardrail_part=value,{labels},instance=10.{d / 250}.{d % 250}.{p}:8080,job=kubernetes-pods," +
                        $"code={code},le={(code == "200" ? "+Inf" : "0." + code)}",
                        value.ToString(CultureInfo.InvariantCulture)));
                }

                rows.Add(PromJson.Row($"guardrail_part=at,{labels}", (PromJson.Now - 2).ToString(CultureInfo.InvariantCulture)));
            }
        }

        return PromJson.Vector([.. rows]);
    }

    private static PodView View(int deployment, int pod) =>
        Scopes.View($"checkout-{deployment}-6f7d8c9b5-x2k{pod}") with
        {
            Id = new PodId(
            $"team-{deployment % 40}", $"checkout-{deployment}-6f7d8c9b5-x2k{pod}")
        };
}
