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

/// <summary>Faults of the server and of the way to it.</summary>
[Category("Fault")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PrometheusFaultTests : PrometheusFaultBase
{
    [Test]
    public async Task Down_is_no_evidence()
    {
        var handler = new StubServer(
            (_, _, _) => throw new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused)));

        Assert.That(await ReasonAsync(handler),
            Is.EqualTo("Prometheus at http://prometheus:9090 gave no usable answer: connection refused."));
        Assert.That(handler.Bodies, Has.Count.EqualTo(3), "asked once and twice again");
        Assert.That(Observer.Faults, Is.All.EqualTo(FaultKind.Unreachable).And.Exactly(3).Items);
    }

    [Test]
    public async Task Slow_is_no_evidence_after_the_time_limit()
    {
        var handler = new StubServer(async (_, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new HttpResponseMessage();
        });

        Assert.That(await ReasonAsync(handler), Does.Contain("gave no complete answer within 8 s"));
        Assert.That(Time.GetUtcNow() - Scopes.Start, Is.LessThan(TimeSpan.FromSeconds(9)), "the budget holds for all retries together");
    }

    [Test]
    public async Task Slow_body_is_no_evidence_after_the_time_limit()
    {
        var handler = StubServer.Always(() => new HttpResponseMessage { Content = new StreamContent(new EndlessWait()) });

        Assert.That(await ReasonAsync(handler), Does.Contain("gave no complete answer within"));
    }

    [Test]
    public async Task Status_500_is_tried_again_and_then_read()
    {
        var calls = 0;
        var handler = StubServer.Always(
            () => ++calls < 3 ? StubServer.Json("{}", HttpStatusCode.InternalServerError) : StubServer.Json(PromJson.Healthy));

        Assert.That(await ReadAsync(handler, Scopes.Errors), Is.InstanceOf<SignalReport.Counters>());
        Assert.That(Observer.Faults, Is.EqualTo((FaultKind[])[FaultKind.ServerError, FaultKind.ServerError]));
    }

    [Test]
    public async Task Status_503_names_what_the_server_says()
    {
        var handler = StubServer.Always(() => StubServer.Json(
            """{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}""",
            HttpStatusCode.ServiceUnavailable));

        Assert.That(
            await ReasonAsync(handler),
            Is.EqualTo("Prometheus at http://prometheus:9090 answered 503 ServiceUnavailable: query timed out in expression evaluation."));
    }

    [Test]
    public async Task Status_429_waits_as_long_as_Retry_After_says()
    {
        var calls = 0;
        var handler = StubServer.Always(() => ++calls == 1 ? Throttled(TimeSpan.FromSeconds(3)) : StubServer.Json(PromJson.Healthy));

        Assert.That(await ReadAsync(handler, Scopes.Errors), Is.InstanceOf<SignalReport.Counters>());
        Assert.That(Time.GetUtcNow() - Scopes.Start, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public async Task Status_429_beyond_the_budget_is_no_evidence_and_silences_the_next_reads()
    {
        var handler = StubServer.Always(() => Throttled(TimeSpan.FromSeconds(30)));
        using var client = handler.Client();
        using var source = Source(client);
        var scope = Scopes.Of(Scopes.Errors);

        var first = await Time.DriveAsync(source.ReadAsync(scope, CancellationToken.None));
        var second = await Time.DriveAsync(source.ReadAsync(scope, CancellationToken.None));
        var asked = handler.Bodies.Count;
        Time.Advance(TimeSpan.FromSeconds(31));
        await Time.DriveAsync(source.ReadAsync(scope, CancellationToken.None));

        Assert.That(Reason(first.Signals[0]), Does.Contain("429 TooManyRequests"));
        Assert.That(Reason(second.Signals[0]), Does.Contain("asked to be left alone"));
        Assert.That(asked, Is.EqualTo(1));
        Assert.That(handler.Bodies, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Status_400_names_the_servers_error_and_is_not_repeated()
    {
        var handler = StubServer.Always(() => StubServer.Json(
            """{"status":"error","errorType":"bad_data","error":"1:5: parse error"}""", HttpStatusCode.BadRequest));

        Assert.That(await ReasonAsync(handler),
            Is.EqualTo("Prometheus at http://prometheus:9090 answered 400 BadRequest: 1:5: parse error."));
        Assert.That(handler.Bodies, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Duplicate_series_that_the_server_refuses_are_named_with_the_fix()
    {
        var handler = StubServer.Always(() => StubServer.Json(
            """{"status":"error","errorType":"execution","error":"vector cannot contain metrics with the same labelset: duplicate"}""",
            HttpStatusCode.UnprocessableEntity));

        Assert.That(await ReasonAsync(handler), Does.EndWith("the metric has duplicate series: let one scrape job collect it."));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        var handler = StubServer.Always(() => new HttpResponseMessage(HttpStatusCode.Found)
        {
            Headers = { Location = new Uri("https://user:secret@login.example/start?token=secret") },
        });

        var reason = await ReasonAsync(handler);

        Assert.That(reason, Does.Contain("302").And.Contain("https://login.example/start"));
        Assert.That(reason, Does.Not.Contain("secret"));
    }

    [Test]
    public async Task After_repeated_faults_the_server_is_left_alone_and_then_asked_again()
    {
        var broken = true;
        var handler = StubServer.Always(
            () => broken ? StubServer.Json("{}", HttpStatusCode.BadGateway) : StubServer.Json(PromJson.Healthy));
        using var client = handler.Client();
        using var source = Source(client);
        var scope = Scopes.Of(Scopes.Errors);

        for (var i = 0; i < 2; i++)
        {
            await Time.DriveAsync(source.ReadAsync(scope, CancellationToken.None));
        }

        var asked = handler.Bodies.Count;
        var alone = await Time.DriveAsync(source.ReadAsync(scope, CancellationToken.None));
        var askedWhileOpen = handler.Bodies.Count - asked;
        broken = false;
        Time.Advance(TimeSpan.FromSeconds(11));
        var again = await Time.DriveAsync(source.ReadAsync(scope, CancellationToken.None));

        Assert.That(Reason(alone.Signals[0]), Does.Contain("is left alone after repeated faults").And.Contain("502 BadGateway"));
        Assert.That(askedWhileOpen, Is.Zero);
        Assert.That(again.Signals[0], Is.InstanceOf<SignalReport.Counters>());
        Assert.That(Observer.All<MetricSourceEvent.CircuitOpened>().Count(), Is.EqualTo(1));
        Assert.That(Observer.All<MetricSourceEvent.CircuitClosed>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Cancelling_the_read_throws()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using var client = StubServer.Always(() => StubServer.Json(PromJson.Healthy)).Client();
        using var source = Source(client);

        Assert.That(async () =>
            await source.ReadAsync(Scopes.Of(Scopes.Errors), cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static HttpResponseMessage Throttled(TimeSpan wait)
    {
        var response = StubServer.Json("{}", HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        return response;
    }

    /// <summary>A body that never goes on.</summary>
    private sealed class EndlessWait : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
