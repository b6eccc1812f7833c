using System.Threading.Channels;
using Guardrail.Daemon.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Guardrail.Daemon.Notifications;

/// <summary>
/// Delivers to one receiver: a bounded queue, one post after the other, each repeated with growing pauses until it is taken, refused or too old. What
/// does not fit is dropped, oldest first, and counted.
/// </summary>
internal sealed partial class Delivery
{
    private readonly ReceiverOptions receiver;
    private readonly IReceiverProtocol protocol;
    private readonly DeliveryClient client;
    private readonly DeliveryLimits limits;
    private readonly GuardrailInstruments instruments;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Channel<Notification> queue;
    private readonly ResiliencePipeline<DeliveryResult> retries;
    private bool failing;

    public Delivery(
        ReceiverOptions receiver, IReceiverProtocol protocol, DeliveryClient client, DeliveryLimits limits, GuardrailInstruments instruments,
        TimeProvider time, ILogger logger)
    {
        (this.receiver, this.protocol, this.client, this.limits) = (receiver, protocol, client, limits);
        (this.instruments, this.time, this.logger) = (instruments, time, logger);
        queue = Channel.CreateBounded<Notification>(
            new BoundedChannelOptions(limits.Queue) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest },
            dropped => Drop(dropped, "queue_full", "too many wait"));
        retries = Retries();
        instruments.WatchNotifications(receiver.Name, () => queue.Reader.Count);
    }

    /// <summary>Takes a notification, if the receiver wants it.</summary>
    public void Take(Notification notification)
    {
        if (receiver.Wants(notification) && !queue.Writer.TryWrite(notification))
        {
            Drop(notification, "stopped", "the daemon is stopping");
        }
    }

    /// <summary>Takes no more; what waits is still delivered.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>Delivers until <see cref="Complete"/> was called and nothing waits, or until cancelled; what is left then is dropped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Notification? current = null;
        try
        {
            var more = queue.Reader.WaitToReadAsync(cancellationToken).AsTask();
            while (true)
            {
                if (protocol.RepeatEvery is { } period && !await WithinAsync(more, period).ConfigureAwait(false))
                {
                    await SendAsync(protocol.Repeat(), null, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (!await more.ConfigureAwait(false))
                {
                    return;
                }

                while (queue.Reader.TryRead(out current))
                {
                    await DeliverAsync(current, cancellationToken).ConfigureAwait(false);
                    current = null;
                }

                more = queue.Reader.WaitToReadAsync(cancellationToken).AsTask();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            for (var left = current; left is not null || queue.Reader.TryRead(out left); left = null)
            {
                Drop(left, "stopped", "the daemon stopped before it could be delivered");
            }
        }
    }

    private async Task<bool> WithinAsync(Task<bool> more, TimeSpan period)
    {
        try
        {
            await more.WaitAsync(period, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task DeliverAsync(Notification notification, CancellationToken cancellationToken)
    {
        switch (await SendAsync(protocol.Write(notification), notification.Key, cancellationToken).ConfigureAwait(false))
        {
            case DeliveryResult.Delivered:
                instruments.Notified(receiver.Name);
                break;
            case DeliveryResult.Failed failed:
                Drop(notification, "given_up", failed.Reason);
                break;
            case DeliveryResult.Refused refused:
                Drop(notification, "refused", refused.Reason);
                break;
        }
    }

    private async Task<DeliveryResult?> SendAsync(byte[]? body, string? key, CancellationToken cancellationToken)
    {
        if (body is null)
        {
            return null;
        }

        var result = await retries.ExecuteAsync(
            async token => await AttemptAsync(body, key, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (result is DeliveryResult.Delivered && failing)
        {
            failing = false;
            LogAnswersAgain(receiver.Name, receiver.Url.Host);
        }

        return result;
    }

    private async Task<DeliveryResult> AttemptAsync(byte[] body, string? key, CancellationToken cancellationToken)
    {
        var result = await client.PostAsync(protocol.Address, body, key, cancellationToken).ConfigureAwait(false);
        instruments.NotificationAttempted(receiver.Name, result.GetType().Name);
        if (result is DeliveryResult.Failed failed && !failing)
        {
            failing = true;
            LogFailing(receiver.Name, receiver.Url.Host, failed.Reason);
        }

        return result;
    }

    private ResiliencePipeline<DeliveryResult> Retries()
    {
        var jitter = new Random(limits.Seed);
        return new ResiliencePipelineBuilder<DeliveryResult> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<DeliveryResult>
            {
                MaxRetryAttempts = int.MaxValue,
                Delay = limits.FirstPause,
                MaxDelay = limits.LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Randomizer = jitter.NextDouble,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result is DeliveryResult.Failed && !IsTooOld(arguments.Context)),
                DelayGenerator = static arguments => ValueTask.FromResult((arguments.Outcome.Result as DeliveryResult.Failed)?.RetryAfter),
            })
            .Build();
    }

    private static readonly ResiliencePropertyKey<DateTimeOffset> Began = new("began");

    /// <summary>Whether it has been tried for long enough.</summary>
    private bool IsTooOld(ResilienceContext context)
    {
        var began = context.Properties.GetValue(Began, default);
        if (began == default)
        {
            began = time.GetUtcNow();
            context.Properties.Set(Began, began);
        }

        return time.GetUtcNow() - began >= limits.GiveUpAfter;
    }

    private void Drop(Notification notification, string why, string reason)
    {
        instruments.NotificationDropped(receiver.Name, why);
        LogDropped(notification.Kind, notification.Key, receiver.Name, receiver.Url.Host, reason);
    }

    [LoggerMessage(120, LogLevel.Warning, "Notification {Kind} ({Key}) to {Receiver} at {Host} was dropped: {Reason}")]
    private partial void LogDropped(NotificationKind kind, string key, string receiver, string host, string reason);

    [LoggerMessage(121, LogLevel.Warning, "{Receiver} at {Host} does not take notifications, which are kept and tried again: {Reason}")]
    private partial void LogFailing(string receiver, string host, string reason);

    [LoggerMessage(122, LogLevel.Information, "{Receiver} at {Host} takes notifications again")]
    private partial void LogAnswersAgain(string receiver, string host);
}
