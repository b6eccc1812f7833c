using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Notifications;
using Guardrail.Daemon.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Notifications;

/// <summary>The service that notifies, with one receiver, its log and its instruments.</summary>
internal sealed class DeliveryBench : IAsyncDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener meters = new();
    private readonly ConcurrentDictionary<string, long> counts = new();
    private readonly LogLines<NotificationService> lines = new();
    private readonly NotificationService service;
    private readonly GuardrailInstruments instruments;

    public DeliveryBench(Uri address, DeliveryLimits? limits = null, TimeProvider? time = null)
    {
        var clock = time ?? Time;
        var meterFactory = services.GetRequiredService<IMeterFactory>();
        meters.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meterFactory))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument.Name, value, tags));
        meters.Start();
        instruments = new GuardrailInstruments(meterFactory, new Readiness(clock), clock);
        var options = new NotificationOptions
        {
            Receivers = [new ReceiverOptions { Name = "hook", Type = ReceiverType.Webhook, Url = ReceiverUrl.Parse(address.ToString(), "the test") }],
            Limits = limits ?? new DeliveryLimits(),
        };
        service = new NotificationService(options, instruments, clock, lines);
    }

    public FakeTimeProvider Time { get; } = new(Decisions.Noon);

    public string[] Log => [.. lines.All];

    public INotificationSink Sink => service;

    /// <summary>A counter's sum over everything, or for one value of a label.</summary>
    public long Count(string name, string? label = null) => counts.Where(c => c.Key.StartsWith(name + "|", StringComparison.Ordinal)
        && (label is null || c.Key.Contains("=" + label + "|", StringComparison.Ordinal))).Sum(c => c.Value);

    public Task StartAsync() => service.StartAsync(CancellationToken.None);

    public Task StopAsync() => service.StopAsync(CancellationToken.None);

    /// <summary>Lets virtual time pass in small steps until something holds.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan step, CancellationToken cancellationToken)
    {
        while (!condition())
        {
            // Real time passes only for the loopback; what is measured is the fake clock.
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, cancellationToken);
            Time.Advance(step);
        }
    }

    public async ValueTask DisposeAsync()
    {
        var stopping = StopAsync();
        while (!stopping.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System));
        }

        await stopping;
        service.Dispose();
        meters.Dispose();
        instruments.Dispose();
        await services.DisposeAsync();
    }

    private void Count(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = name + "|";
        foreach (var (tag, content) in tags)
        {
            key += $"{tag}={content}|";
        }

        counts.AddOrUpdate(key, value, (_, before) => before + value);
    }
}
