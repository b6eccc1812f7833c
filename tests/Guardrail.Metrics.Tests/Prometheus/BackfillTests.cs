using System.Globalization;
using System.Net;
using Guardrail.Engine.Observations;
using Guardrail.Metrics.Prometheus;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Metrics.Tests.Prometheus;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BackfillTests
{
    private readonly FakeTimeProvider time = new(Scopes.Start);

    [Test]
    public async Task Halves_a_chunk_that_is_too_large_and_misses_no_step()
    {
        var asked = new List<int>();
        var server = StubServer.By(body =>
        {
            var steps = Steps(body);
            asked.Add(steps.Count);
            return StubServer.Json(steps.Count > 20
                ? """{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}"""
                : Matrix(steps));
        });

        var reports = await ReadAsync(server, 50);

        Assert.That(asked, Is.EqualTo((int[])[50, 25, 12, 38, 19, 19, 19]).Or.EqualTo((int[])[50, 25, 12, 38, 19, 19]));
        Assert.That(reports.Select(static report => report.At),
            Is.EqualTo(Enumerable.Range(0, 50).Select(static i => Scopes.Start.AddSeconds(5 * i))));
        Assert.That(
            reports.Select(static report => ((SignalReport.Counters)report.Signals[0]).Pods.Single().At),
            Is.EqualTo(Enumerable.Range(0, 50).Select(static i => Scopes.Start.AddSeconds((5 * i) - 2))),
            "the time of each scrape, not that of the step");
    }

    [Test]
    public async Task Asks_for_no_more_steps_than_the_samples_of_an_answer_allow()
    {
        var asked = new List<int>();
        var server = StubServer.By(body =>
        {
            var steps = Steps(body);
            asked.Add(steps.Count);
            return StubServer.Json(Matrix(steps));
        });

        await ReadAsync(server, 1200, new PrometheusOptions { Address = new Uri("http://prometheus:9090"), BackfillSamples = 1000 });

        Assert.That(asked, Is.EqualTo((int[])[60, 333, 333, 333, 141]), "3 rows came, so 333 steps make 999 samples");
    }

    [Test]
    [Category("Fault")]
    public async Task A_chunk_that_fails_is_no_evidence_at_its_steps_only()
    {
        var server = StubServer.By(body => Steps(body)[0] < PromJson.Now + 100
            ? StubServer.Json("{}", HttpStatusCode.BadRequest)
            : StubServer.Json(Matrix(Steps(body))));

        var reports = await ReadAsync(server, 100);

        Assert.That(reports.Select(static report => report.Signals[0] is SignalReport.NoEvidence),
            Is.EqualTo(Enumerable.Range(0, 100).Select(static i => i < 60)));
    }

    [Test]
    public async Task A_step_without_series_is_no_evidence()
    {
        var server = StubServer.By(body => StubServer.Json(Matrix([.. Steps(body).Skip(2)])));

        var reports = await ReadAsync(server, 4);

        Assert.That(reports.Select(static report => report.Signals[0] is SignalReport.NoEvidence),
            Is.EqualTo((bool[])[true, true, false, false]));
    }

    [Test]
    public async Task Nothing_lies_between_a_moment_and_an_earlier_one()
    {
        Assert.That(await ReadAsync(StubServer.By(static _ => throw new InvalidOperationException("nothing is asked")), 0), Is.Empty);
    }

    [Test]
    public void A_step_of_nothing_is_refused()
    {
        using var client = StubServer.Always(static () => StubServer.Json(PromJson.Healthy)).Client();
        using var source = new PrometheusSource(client, new PrometheusOptions { Address = new Uri("http://p") }, time);

        Assert.That(
            async () => await source.BackfillAsync(
                Scopes.Of(Scopes.Errors), Scopes.Start, Scopes.Start, TimeSpan.Zero, CancellationToken.None).ToListAsync(),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static List<double> Steps(string body)
    {
        var form = body.Split('&').Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
        var (start, end, step) = (Number(form["start"]), Number(form["end"]), Number(form["step"]));
        return [.. Enumerable.Range(0, (int)Math.Round((end - start) / step) + 1).Select(i => start + (i * step))];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Matrix(List<double> steps)
    {
        string Row(string labels, Func<double, double> value) =>
            "{\"metric\":{" + labels + "},\"values\":[" +
            string.Join(',', steps.Select(t => FormattableString.Invariant($"[{t},\"{value(t)}\"]"))) + "]}";
        return PromJson.Vector(
            Row("\"guardrail_part\":\"value\",\"namespace\":\"shop\",\"pod\":\"a\",\"code\":\"200\"", static t =>
                Math.Round(t - PromJson.Now) + 1000),
            Row("\"guardrail_part\":\"value\",\"namespace\":\"shop\",\"pod\":\"a\",\"code\":\"500\"", static _ => 3),
            Row("\"guardrail_part\":\"at\",\"namespace\":\"shop\",\"pod\":\"a\"", static t => t - 2))
                .Replace("vector", "matrix", StringComparison.Ordinal);
    }

    private async Task<List<MetricReport>> ReadAsync(StubServer server, int steps, PrometheusOptions? options = null)
    {
        using var client = server.Client();
        using var source = new PrometheusSource(
            client, options ?? new PrometheusOptions { Address = new Uri("http://prometheus:9090") }, time);
        var step = TimeSpan.FromSeconds(5);
        return await time.DriveAsync(
            source.BackfillAsync(Scopes.Of(Scopes.Errors), Scopes.Start, Scopes.Start + (step * (steps - 1)), step, CancellationToken.None)
                .ToListAsync());
    }
}
