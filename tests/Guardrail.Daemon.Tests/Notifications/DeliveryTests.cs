using System.Globalization;
using Guardrail.Daemon.Notifications;
using Guardrail.Engine.Decisions;
using Microsoft.AspNetCore.Http;

namespace Guardrail.Daemon.Tests.Notifications;

/// <summary>Delivery over loopback to receivers that are slow, broken, busy, dead, talkative or silent.</summary>
[Category("Fault")]
[CancelAfter(30_000)]
internal sealed class DeliveryTests
{
    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(100);

    [Test]
    public async Task What_is_taken_is_delivered_once(CancellationToken cancellationToken)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new DeliveryBench(receiver.Address);
        await bench.StartAsync();
        var told = Decisions.Notify(DecisionKind.Page);
        bench.Sink.Notify(told);
        await bench.UntilAsync(() => bench.Count("notifications_delivered_total") == 1, Little, cancellationToken);

        Assert.That(receiver.Got.Single().Key, Is.EqualTo(told.Key));
        Assert.That(receiver.Got.Single().Body, Does.Contain("\"event\":\"PersonNeeded\""));
        Assert.That(bench.Log, Is.Empty);
    }

    [Test]
    public async Task A_broken_receiver_is_tried_again_under_the_same_key_with_growing_pauses(CancellationToken cancellationToken)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new DeliveryBench(receiver.Address);
        var times = new List<DateTimeOffset>();
        receiver.Answer = (number, context) =>
        {
            times.Add(bench.Time.GetUtcNow());
            context.Response.StatusCode = number <= 4 ? 500 : 200;
            return Task.CompletedTask;
        };
        await bench.StartAsync();
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page));
        await bench.UntilAsync(() => bench.Count("notifications_delivered_total") == 1, Little, cancellationToken);

        Assert.That(receiver.Got, Has.Length.EqualTo(5));
        Assert.That(receiver.Got.Select(g => g.Key).Distinct().Count(), Is.EqualTo(1));
        Assert.That((times[^1] - times[0]).TotalSeconds, Is.InRange(4, 60), "1, 2, 4 and 8 s, with jitter");
        Assert.That(bench.Count("notification_attempts_total", "Failed"), Is.EqualTo(4));
        Assert.That(bench.Log, Has.Exactly(1).Contains("does not take notifications").And.Exactly(1).Contains("takes notifications again"));
    }

    [Test]
    public async Task A_busy_receiver_is_left_alone_for_as_long_as_it_asks(CancellationToken cancellationToken)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new DeliveryBench(receiver.Address);
        var times = new List<DateTimeOffset>();
        receiver.Answer = (number, context) =>
        {
            times.Add(bench.Time.GetUtcNow());
            context.Response.StatusCode = number == 1 ? 429 : 200;
            context.Response.Headers.RetryAfter = "45";
            return Task.CompletedTask;
        };
        await bench.StartAsync();
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page));
        await bench.UntilAsync(() => bench.Count("notifications_delivered_total") == 1, TimeSpan.FromMilliseconds(500), cancellationToken);
        Assert.That((times[1] - times[0]).TotalSeconds, Is.InRange(45, 55));
    }

    [Test]
    public async Task A_receiver_that_hangs_is_given_10_seconds(CancellationToken cancellationToken)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new DeliveryBench(receiver.Address);
        receiver.Answer = (number, context) => number == 1 ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted) : Task.CompletedTask;
        await bench.StartAsync();
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page));
        await bench.UntilAsync(() => bench.Count("notifications_delivered_total") == 1, Little, cancellationToken);
        Assert.That(bench.Log, Has.Some.Contains("no answer within 10 s"));
    }

    [Test]
    public async Task Of_an_endless_answer_only_the_beginning_is_read(CancellationToken cancellationToken)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new DeliveryBench(receiver.Address);
        var sent = 0L;
        receiver.Answer = async (_, context) =>
        {
            var page = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(page, context.RequestAborted);
                sent += page.Length;
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, context.RequestAborted);
            }
        };
        await bench.StartAsync();
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page, "1"));
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page, "2"));
        await bench.UntilAsync(() => bench.Count("notifications_delivered_total") == 2, TimeSpan.Zero, cancellationToken);
        Assert.That(sent, Is.LessThan(32L * 1024 * 1024), "what fits into the buffers of the way, and no more");
    }

    [Test]
    public async Task What_a_receiver_refuses_is_dropped_and_counted_and_the_next_is_delivered(CancellationToken cancellationToken)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new DeliveryBench(receiver.Address);
        receiver.Answer = (number, context) =>
        {
            context.Response.StatusCode = number == 1 ? 400 : number == 2 ? 302 : 200;
            return Task.CompletedTask;
        };
        await bench.StartAsync();
        foreach (var id in (string[])["1", "2", "3"])
        {
            bench.Sink.Notify(Decisions.Notify(DecisionKind.Page, id));
        }

        await bench.UntilAsync(() => bench.Count("notifications_delivered_total") == 1, Little, cancellationToken);
        Assert.That(receiver.Got, Has.Length.EqualTo(3), "no second attempt at either");
        Assert.That(bench.Count("notifications_dropped_total", "refused"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_dead_receiver_delays_nobody_and_what_does_not_fit_is_counted(CancellationToken cancellationToken)
    {
        await using var bench = new DeliveryBench(new Uri("http://127.0.0.1:1/services/secret-token"), new DeliveryLimits { Queue = 10 });
        await bench.StartAsync();
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 1000; i++)
        {
            bench.Sink.Notify(Decisions.Notify(DecisionKind.Page, i.ToString(CultureInfo.InvariantCulture)));
        }

        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(2)), "telling takes no time");
        await bench.UntilAsync(() => bench.Count("notification_attempts_total", "Failed") > 2, Little, cancellationToken);
        Assert.That(bench.Count("notifications_dropped_total", "queue_full"), Is.InRange(989, 990));
        Assert.That(bench.Log, Has.Some.Contains("127.0.0.1:1").And.None.Contains("secret-token"), "the log knows only the host");
    }

    [Test]
    public async Task After_an_hour_it_is_given_up(CancellationToken cancellationToken)
    {
        await using var bench = new DeliveryBench(new Uri("http://127.0.0.1:1/"));
        await bench.StartAsync();
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page));
        await bench.UntilAsync(() => bench.Count("notifications_dropped_total", "given_up") == 1, TimeSpan.FromSeconds(30), cancellationToken);
        Assert.That(bench.Time.GetUtcNow() - Decisions.Noon, Is.GreaterThanOrEqualTo(TimeSpan.FromHours(1)));
    }

    [Test]
    public async Task At_the_end_what_waits_is_still_delivered(CancellationToken cancellationToken)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new DeliveryBench(receiver.Address, time: TimeProvider.System);
        receiver.Answer = (_, context) => Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, context.RequestAborted);
        await bench.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            bench.Sink.Notify(Decisions.Notify(DecisionKind.Page, i.ToString(CultureInfo.InvariantCulture)));
        }

        await bench.StopAsync().WaitAsync(cancellationToken);
        Assert.That(receiver.Got, Has.Length.EqualTo(5));
        Assert.That(bench.Count("notifications_dropped_total"), Is.Zero);
    }

    [Test]
    public async Task The_end_does_not_wait_for_a_receiver_that_hangs(CancellationToken cancellationToken)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var bench = new DeliveryBench(receiver.Address, new DeliveryLimits { Flush = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        receiver.Answer = (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        await bench.StartAsync();
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page, "1"));
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page, "2"));
        await receiver.UntilGotAsync(1, cancellationToken);

        var began = TimeProvider.System.GetTimestamp();
        await bench.StopAsync().WaitAsync(cancellationToken);
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(3)));
        Assert.That(bench.Count("notifications_dropped_total", "stopped"), Is.EqualTo(2));
        bench.Sink.Notify(Decisions.Notify(DecisionKind.Page, "3"));
        Assert.That(bench.Count("notifications_dropped_total", "stopped"), Is.EqualTo(3), "what comes too late is counted too");
    }
}
