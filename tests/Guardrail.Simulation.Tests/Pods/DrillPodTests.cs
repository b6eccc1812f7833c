using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Guardrail.Simulation.Pods;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Simulation.Tests.Pods;

[CancelAfter(30_000)]
internal sealed class DrillPodTests
{
    private const string Counters = "# TYPE orders_total counter\norders_total 7\n";

    [Test]
    public async Task Before_any_orders_it_is_not_ready_and_serves_no_metrics()
    {
        await using var pod = await Bench.StartAsync();

        Assert.That((await pod.GetAsync("ready")).Code, Is.EqualTo(503));
        Assert.That(await pod.GetAsync("metrics"), Is.EqualTo((503, "Nobody plays this drill any more: its last orders are older than 30 s.\n")));
    }

    [Test]
    public async Task It_looks_as_its_last_orders_say()
    {
        await using var pod = await Bench.StartAsync();

        Assert.That((await pod.OrderAsync(new DrillOrders { Ready = true, Metrics = Counters })).Code, Is.EqualTo(204));
        Assert.That((await pod.GetAsync("ready")).Code, Is.EqualTo(200));
        Assert.That(await pod.GetAsync("metrics"), Is.EqualTo((200, Counters)));

        await pod.OrderAsync(new DrillOrders { Ready = false });
        Assert.That((await pod.GetAsync("ready")).Code, Is.EqualTo(503));
        Assert.That(await pod.GetAsync("metrics"), Is.EqualTo((503, "The drill wants this pod to serve no metrics now.\n")));
    }

    [Test]
    public async Task Metrics_are_of_the_text_format_and_packed_for_who_accepts_that()
    {
        await using var pod = await Bench.StartAsync();
        await pod.OrderAsync(new DrillOrders { Ready = true, Metrics = Counters });
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        request.Headers.AcceptEncoding.ParseAdd("gzip");

        using var answer = await pod.Http.SendAsync(request);

        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(["gzip"]));
        await using var unpacked = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo(Counters));
    }

    [Test]
    public async Task It_stays_ready_and_falls_silent_when_its_coordinator_does()
    {
        await using var pod = await Bench.StartAsync();
        await pod.OrderAsync(new DrillOrders { Ready = true, Metrics = Counters });

        pod.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That((await pod.GetAsync("metrics")).Code, Is.EqualTo(200));

        pod.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((await pod.GetAsync("metrics")).Code, Is.EqualTo(503));
        Assert.That((await pod.GetAsync("ready")).Code, Is.EqualTo(200));

        await pod.OrderAsync(new DrillOrders { Ready = true, Metrics = Counters });
        Assert.That((await pod.GetAsync("metrics")).Code, Is.EqualTo(200));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("another")]
    [TestCase("secreT")]
    [TestCase("secret, secret")]
    public async Task Orders_without_the_token_are_refused(string? token)
    {
        await using var pod = await Bench.StartAsync();

        var answer = await pod.PutAsync(new DrillOrders { Ready = true, Exit = DrillExit.Crash }.ToUtf8(), token: token);

        Assert.That(answer, Is.EqualTo((403, "Orders must bring this drill's token in the header X-Guardrail-Drill.\n")));
        Assert.That((await pod.GetAsync("ready")).Code, Is.EqualTo(503));
        Assert.That(pod.Exited.Task.IsCompleted, Is.False);
    }

    [Test]
    public async Task Orders_of_1_MiB_are_taken_and_no_larger_ones([Values] bool told)
    {
        await using var pod = await Bench.StartAsync();
        var frame = new DrillOrders { Ready = true, Metrics = "" }.ToUtf8().Length;
        var most = new DrillOrders { Ready = true, Metrics = new string('x', DrillOrders.MostBytes - frame) };
        var more = most with { Metrics = most.Metrics + "x" };

        Assert.That((await pod.PutAsync(more.ToUtf8(), chunked: !told)).Code, Is.EqualTo(413));
        Assert.That((await pod.GetAsync("ready")).Code, Is.EqualTo(503));
        Assert.That((await pod.PutAsync(most.ToUtf8(), chunked: !told)).Code, Is.EqualTo(204));
        Assert.That((await pod.GetAsync("ready")).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task Orders_of_another_type_are_refused()
    {
        await using var pod = await Bench.StartAsync();

        Assert.That(await pod.PutAsync(new DrillOrders { Ready = true }.ToUtf8(), "text/plain"),
            Is.EqualTo((415, "Orders are of the content type application/json.\n")));
    }

    [Test]
    public async Task Malformed_orders_are_refused_in_one_sentence_and_change_nothing()
    {
        await using var pod = await Bench.StartAsync();
        await pod.OrderAsync(new DrillOrders { Ready = true });

        Assert.That(await pod.PutAsync("{\"ready\": false, \"colour\": 1}"u8.ToArray()),
            Is.EqualTo((400, "The orders have no field 'colour'; they take ready, metrics and exit.\n")));
        Assert.That((await pod.GetAsync("ready")).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task It_is_told_to_exit_once_after_it_has_answered([Values] DrillExit exit)
    {
        await using var pod = await Bench.StartAsync();

        Assert.That((await pod.OrderAsync(new DrillOrders { Ready = true, Exit = exit })).Code, Is.EqualTo(204));
        Assert.That(await pod.Exited.Task, Is.EqualTo(exit));
        Assert.That((await pod.OrderAsync(new DrillOrders { Ready = true, Exit = exit })).Code, Is.EqualTo(204));
        Assert.That(pod.Exits, Is.EqualTo(1));
    }

    [Test]
    public async Task It_says_what_it_is_and_how_a_drill_is_ended()
    {
        await using var pod = await Bench.StartAsync();

        Assert.That(await pod.GetAsync(""), Is.EqualTo((200,
            "This pod plays revision v2 of checkout in a drill of Guardrail and does no work of its own; "
            + "end the drill with: kubectl delete configmap guardrail-drill -n shop\n")));
    }

    [TestCase("GET", "orders", 405)]
    [TestCase("POST", "orders", 405)]
    [TestCase("DELETE", "", 405)]
    [TestCase("GET", "healthz", 404)]
    [TestCase("PUT", "orders/more", 404)]
    public async Task Anything_else_is_refused(string method, string path, int code)
    {
        await using var pod = await Bench.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await pod.Http.SendAsync(request);

        Assert.That((int)answer.StatusCode, Is.EqualTo(code));
    }

    [Test]
    public async Task A_taken_address_is_an_error_of_the_start()
    {
        await using var pod = await Bench.StartAsync();
        var same = new DrillPodOptions { Token = "t", Exit = _ => { }, Listen = IPEndPoint.Parse(pod.Http.BaseAddress!.Authority) };

        Assert.That(() => DrillPod.StartAsync(same, CancellationToken.None), Throws.InstanceOf<IOException>());
    }

    /// <summary>A pod on a free port with a clock of the test.</summary>
    private sealed class Bench(DrillPod pod, FakeTimeProvider time, TaskCompletionSource<DrillExit> exited) : IAsyncDisposable
    {
        private int exits;

        public FakeTimeProvider Time { get; } = time;

        public HttpClient Http { get; } = new() { BaseAddress = pod.Address };

        public TaskCompletionSource<DrillExit> Exited { get; } = exited;

        public int Exits => Volatile.Read(ref exits);

        public static async Task<Bench> StartAsync()
        {
            var time = new FakeTimeProvider();
            var exited = new TaskCompletionSource<DrillExit>(TaskCreationOptions.RunContinuationsAsynchronously);
            Bench? bench = null;
            var pod = await DrillPod.StartAsync(
                new DrillPodOptions
                {
                    Listen = new IPEndPoint(IPAddress.Loopback, 0),
                    Token = "secret",
                    Namespace = "shop",
                    Service = "checkout",
                    Revision = "v2",
                    TimeProvider = time,
                    Exit = exit =>
                    {
                        Interlocked.Increment(ref bench!.exits);
                        exited.TrySetResult(exit);
                    },
                },
                CancellationToken.None);
            return bench = new Bench(pod, time, exited);
        }

        public async Task<(int Code, string Text)> GetAsync(string path)
        {
            using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        public Task<(int Code, string Text)> OrderAsync(DrillOrders orders) => PutAsync(orders.ToUtf8());

        public async Task<(int Code, string Text)> PutAsync(
            byte[] body, string type = "application/json; charset=utf-8", string? token = "secret", bool chunked = false)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "orders") { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            request.Headers.TransferEncodingChunked = chunked;
            if (token is not null)
            {
                request.Headers.TryAddWithoutValidation(DrillOrders.TokenHeader, token);
            }

            using var answer = await Http.SendAsync(request);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await pod.DisposeAsync();
        }
    }
}
