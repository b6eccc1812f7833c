using Guardrail.Daemon.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Guardrail.Daemon.Notifications;

/// <summary>Tells every receiver, each at its own pace. What waits when the daemon stops gets a few seconds more.</summary>
internal sealed class NotificationService : IHostedService, INotificationSink, IDisposable
{
    private readonly NotificationOptions options;
    private readonly TimeProvider time;
    private readonly HttpClient http = DeliveryClient.NewHttp();
    private readonly CancellationTokenSource stop = new();
    private readonly Delivery[] deliveries;
    private Task running = Task.CompletedTask;

    public NotificationService(NotificationOptions options, GuardrailInstruments instruments, TimeProvider time, ILogger<NotificationService> logger)
    {
        (this.options, this.time) = (options, time);
        var client = new DeliveryClient(http, options.Limits, time);
        deliveries = [.. options.Receivers.Select(r => new Delivery(r, ProtocolOf(r), client, options.Limits, instruments, time, logger))];
    }

    public void Notify(Notification notification)
    {
        foreach (var delivery in deliveries)
        {
            delivery.Take(notification);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        running = Task.WhenAll(deliveries.Select(d => Task.Run(() => d.RunAsync(stop.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var delivery in deliveries)
        {
            delivery.Complete();
        }

        try
        {
            await running.WaitAsync(options.Limits.Flush, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        stop.Dispose();
        http.Dispose();
    }

    private IReceiverProtocol ProtocolOf(ReceiverOptions receiver) => receiver.Type switch
    {
        ReceiverType.Slack => new SlackProtocol(receiver.Url, options.Labels),
        ReceiverType.Alertmanager => new AlertmanagerProtocol(receiver.Url, options.Labels, options.Alertmanager, time),
        _ => new WebhookProtocol(receiver.Url, options.Labels),
    };
}
