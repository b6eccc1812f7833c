using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Metrics.Observing;
using Guardrail.Metrics.Prometheus;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Metrics.Tests.Prometheus;

/// <summary>Faults of what the server answers.</summary>
[Category("Fault")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PrometheusAnswerTests : PrometheusFaultBase
{
    [Test]
    public async Task Duplicate_series_of_two_jobs_make_the_pod_unread_instead_of_doubling_it()
    {
        var body = PromJson.Vector(
            PromJson.Value("pod=a,instance=10.0.0.1:80,job=pods,code=200", "90"),
            PromJson.Value("pod=a,instance=10.0.0.1:80,job=services,code=200", "90"),
            PromJson.Value("pod=b,instance=10.0.0.2:80,job=pods,container=app,code=200", "7"),
            PromJson.Value("pod=b,instance=10.0.0.2:81,job=pods,container=side,code=200", "5"),
            PromJson.At("a", PromJson.Now - 1),
            PromJson.At("b", PromJson.Now - 1));

        var counters = (SignalReport.Counters)await ReadAsync(StubServer.Always(() => StubServer.Json(body)), Scopes.Errors);

        Assert.That(counters.Unread.Single().Reason, Does.Contain("duplicate series").And.EndWith("let one job scrape it."));
        Assert.That(counters.Unread.Single().Pod, Is.EqualTo(Scopes.Pod("a")));
        Assert.That(counters.Pods.Single().Series.Single().Total, Is.EqualTo(12), "two containers of a pod add up");
    }

    [TestCase("NaN")]
    [TestCase("+Inf")]
    [TestCase("-Inf")]
    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("9007199254740994")]
    public async Task A_value_that_is_no_count_makes_the_pod_unread(string value)
    {
        var body = PromJson.Vector(
            PromJson.Value("pod=a,code=200", "90"),
            PromJson.Value("pod=a,code=500", value),
            PromJson.Value("pod=b,code=200", "9007199254740992"),
            PromJson.At("a", PromJson.Now - 1),
            PromJson.At("b", PromJson.Now - 1));

        var counters = (SignalReport.Counters)await ReadAsync(StubServer.Always(() => StubServer.Json(body)), Scopes.Errors);

        Assert.That(counters.Unread.Select(static unread => unread.Pod.Name), Is.EqualTo((string[])["a"]));
        Assert.That(counters.Pods.Select(static pod => pod.Pod.Name), Is.EqualTo((string[])["b"]));
    }

    [Test]
    public async Task Stale_counters_are_unread_and_say_since_when()
    {
        var body = PromJson.Vector(
            PromJson.Value("pod=a,code=200", "90"), PromJson.Value("pod=b,code=200", "90"), PromJson.At("a", PromJson.Now - 90),
                PromJson.At("b", PromJson.Now - 50));

        var counters = (SignalReport.Counters)await ReadAsync(StubServer.Always(() => StubServer.Json(body)), Scopes.Errors);

        Assert.That(counters.Unread.Single().Reason, Does.StartWith("Its counters are stale since 2026-03-05 11:58:30Z (90 s)"));
        Assert.That(counters.Pods.Single().Pod.Name, Is.EqualTo("b"));
    }

    [Test]
    public async Task All_counters_stale_is_no_evidence()
    {
        var body = PromJson.Vector(PromJson.Value("pod=a,code=200", "90"), PromJson.At("a", PromJson.Now - 90));

        Assert.That(await ReasonAsync(StubServer.Always(() => StubServer.Json(body))),
            Does.StartWith("1 of 1 pod: Its counters are stale since"));
    }

    [TestCase("""{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["No StoreAPIs matched: partial response"]}""")]
    [TestCase("""{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]}}""")]
    [TestCase("""{"warnings":["remote read: connection refused"],"status":"success","data":{"resultType":"vector","result":[]}}""")]
    public async Task Partial_answer_is_no_evidence(string body)
    {
        Assert.That(await ReasonAsync(StubServer.Always(() => StubServer.Json(body))),
            Does.Contain("gave a partial answer, in which pods may be missing"));
        Assert.That(Observer.Faults, Does.Contain(FaultKind.Partial));
    }

    [Test]
    public async Task A_remark_on_the_expression_is_no_partial_answer()
    {
        var body = PromJson.Healthy[..^1] + ""","warnings":["PromQL info: metric might not be a counter"]}""";

        Assert.That(await ReadAsync(StubServer.Always(() => StubServer.Json(body)), Scopes.Errors), Is.InstanceOf<SignalReport.Counters>());
    }

    [Test]
    public async Task Truncated_anywhere_is_no_evidence([Range(0, 400, 13)] int length)
    {
        var reason = await ReasonAsync(
            StubServer.Always(() => StubServer.Json(PromJson.Healthy[..Math.Min(length, PromJson.Healthy.Length - 1)])));

        Assert.That(reason, Does.Contain("the answer ended in the middle").Or.Contain("the answer is empty"));
    }

    [TestCase("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":7},"value":[1,"2"]}]}}""")]
    [TestCase("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":["x",2]}]}}""")]
    [TestCase("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}}""")]
    [TestCase("""{"status":"success","data":{"result":17}}""")]
    [TestCase("""{"status" "success"}""")]
    [TestCase("""{"greeting":"hello"}""")]
    [TestCase("[1,2]")]
    [TestCase("hello")]
    public async Task Invalid_json_is_no_evidence(string body)
    {
        Assert.That(await ReasonAsync(StubServer.Always(() => StubServer.Json(body))), Does.Contain("JSON"));
        Assert.That(Observer.Faults, Is.EqualTo((FaultKind[])[FaultKind.Malformed]));
    }

    [Test]
    public async Task Html_of_a_proxy_is_no_evidence()
    {
        var handler = StubServer.Always(() => StubServer.Content("\n<!doctype html><html>Sign in</html>", "text/html"));

        Assert.That(await ReasonAsync(handler), Does.Contain("HTML (of a proxy or a login page?)"));
    }

    [Test]
    public async Task Status_error_in_an_answer_200_is_no_evidence()
    {
        var handler = StubServer.Always(() => StubServer.Json("""{"status":"error","errorType":"internal","error":"broken"}"""));

        Assert.That(await ReasonAsync(handler), Is.EqualTo("Prometheus at http://prometheus:9090 refused the query: broken."));
    }

    [Test]
    public async Task A_body_above_the_limit_is_no_evidence()
    {
        var large = PromJson.Vector([.. Enumerable.Range(0, 1000).Select(static i => PromJson.Value($"pod=p{i},code=200", "1"))]);

        var reason = await ReasonAsync(
            StubServer.Always(() => StubServer.Json(large)), new PrometheusOptions { Address = Address, LargestBody = 4096 });

        Assert.That(reason, Does.Contain("the body is larger than the limit of 4096 bytes"));
    }

    [Test]
    public async Task A_gzip_bomb_is_cut_off_at_the_limit()
    {
        var handler = StubServer.Always(() => Gzip(new string(' ', 50_000_000)));

        var reason = await ReasonAsync(handler, new PrometheusOptions { Address = Address, LargestBody = 100_000 });

        Assert.That(reason, Does.Contain("the body is larger than the limit of 100000 bytes"));
    }

    [Test]
    public async Task A_gzip_answer_is_read()
    {
        Assert.That(await ReadAsync(StubServer.Always(() => Gzip(PromJson.Healthy)), Scopes.Errors),
            Is.InstanceOf<SignalReport.Counters>());
    }

    [Test]
    public async Task A_truncated_gzip_answer_is_no_evidence()
    {
        using var whole = Gzip(PromJson.Healthy);
        var body = await whole.Content.ReadAsByteArrayAsync();
        var handler = StubServer.Always(() =>
        {
            var response = StubServer.Content(body[..(body.Length / 2)], "application/json");
            response.Content.Headers.ContentEncoding.Add("gzip");
            return response;
        });

        Assert.That(await ReadAsync(handler, Scopes.Errors), Is.InstanceOf<SignalReport.NoEvidence>());
    }

    [Test]
    public async Task Clock_skew_is_told_and_does_not_make_counters_stale()
    {
        var late = PromJson.Now + 600;
        var body = PromJson.Vector(PromJson.Value("pod=a,code=200", "90", late), PromJson.At("a", late - 5, late));

        var counters = (SignalReport.Counters)await ReadAsync(StubServer.Always(() => StubServer.Json(body)), Scopes.Errors);

        Assert.That(counters.Pods.Single().At, Is.EqualTo(Scopes.Start.AddSeconds(595)), "the scrape's own time, never corrected");
        Assert.That(Observer.All<MetricSourceEvent.ClockSkewed>().Single().Skew,
            Is.EqualTo(TimeSpan.FromMinutes(10)).Within(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task An_error_pattern_that_cannot_be_used_is_no_evidence_of_that_signal_only()
    {
        using var client = StubServer.Always(() => StubServer.Json(PromJson.Healthy)).Client();
        using var source = Source(client);

        var report = await Time.DriveAsync(source.ReadAsync(
            Scopes.Of([Scopes.Errors with { Id = new("odd"), ErrorPattern = "5..)|(4.." }, Scopes.Errors]), CancellationToken.None));

        Assert.That(Reason(report.Signals[0]), Does.StartWith("errorPattern '5..)|(4..' of signal odd cannot be used"));
        Assert.That(report.Signals[1], Is.InstanceOf<SignalReport.Counters>());
    }

    private static HttpResponseMessage Gzip(string text)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        var response = StubServer.Content(target.ToArray(), "application/json");
        response.Content.Headers.ContentEncoding.Add("gzip");
        return response;
    }
}
