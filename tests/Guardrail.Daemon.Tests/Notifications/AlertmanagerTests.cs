using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Notifications;
using Guardrail.Daemon.Telemetry;
using Guardrail.Engine.Decisions;
using Guardrail.Testing.Alertmanager;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Guardrail.Daemon.Tests.Notifications;

/// <summary>Against a real Alertmanager, which tells a receiver of its own what fires and what is over.</summary>
[Category("Alertmanager")]
[Category("Slow")]
[CancelAfter(90_000)]
internal sealed class AlertmanagerTests
{
    [Test]
    public async Task An_alert_fires_once_however_often_it_is_posted_and_resolves_when_it_is_over(CancellationToken cancellationToken)
    {
        await using var pager = await Receiver.StartAsync();
        await using var alertmanager = await RealAlertmanager.StartAsync(pager.Address);
        await using var told = new Telling(alertmanager.Address);
        told.Notify(DecisionKind.Blind);
        told.Notify(DecisionKind.Blind);
        await pager.UntilGotAsync(1, cancellationToken);

        // Posted again every half second, and by a second daemon that decided the same.
        await using (var second = new Telling(alertmanager.Address))
        {
            second.Notify(DecisionKind.Blind);
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, cancellationToken);
            var alert = (await alertmanager.AlertsAsync(cancellationToken)).Single();
            Assert.That((string?)alert["labels"]!["alertname"], Is.EqualTo("GuardrailBlind"));
            Assert.That((string?)alert["labels"]!["workload"], Is.EqualTo("checkout"));
            Assert.That((string?)alert["labels"]!["cluster"], Is.EqualTo("prod"));
            Assert.That((string?)alert["annotations"]!["description"], Is.EqualTo("65 errors in 1,388 requests"));
            Assert.That(Told(pager), Is.EqualTo(new[] { "firing GuardrailBlind" }), "a person is told once");
        }

        told.Notify(DecisionKind.EvidenceReturned);
        await pager.UntilAsync(() => Told(pager).Contains("resolved GuardrailBlind"), cancellationToken);
        Assert.That(Told(pager), Is.EqualTo(new[] { "firing GuardrailBlind", "resolved GuardrailBlind" }));
        Assert.That(await alertmanager.AlertsAsync(cancellationToken), Is.Empty);
    }

    [Test]
    public async Task An_alert_of_a_daemon_that_died_resolves_by_itself(CancellationToken cancellationToken)
    {
        await using var pager = await Receiver.StartAsync();
        await using var alertmanager = await RealAlertmanager.StartAsync(pager.Address);
        await using (var told = new Telling(alertmanager.Address))
        {
            told.Notify(DecisionKind.Page);
            await pager.UntilGotAsync(1, cancellationToken);
        }

        await pager.UntilAsync(() => Told(pager).Contains("resolved GuardrailPersonNeeded"), cancellationToken);
        Assert.That(Told(pager), Is.EqualTo(new[] { "firing GuardrailPersonNeeded", "resolved GuardrailPersonNeeded" }));
    }

    private static string[] Told(Receiver pager) => [.. pager.Got.SelectMany(g => JsonNode.Parse(g.Body)!["alerts"]!.AsArray()
        .Select(a => $"{(string?)a!["status"]} {(string?)a["labels"]!["alertname"]}"))];

    /// <summary>The service that notifies, with short times: posts every half second, ends by itself after 3 s.</summary>
    private sealed class Telling : IAsyncDisposable
    {
        private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly GuardrailInstruments instruments;
        private readonly NotificationService service;

        public Telling(Uri alertmanager)
        {
            var time = TimeProvider.System;
            instruments = new GuardrailInstruments(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), new Readiness(time), time);
            service = new NotificationService(
                new NotificationOptions
                {
                    Receivers =
                    [
                        new ReceiverOptions { Name = "alerts", Type = ReceiverType.Alertmanager, Url = ReceiverUrl.Parse(alertmanager.ToString(), "the test") },
                    ],
                    Labels = ImmutableDictionary<string, string>.Empty.Add("cluster", "prod"),
                    Alertmanager = new AlertmanagerOptions
                    {
                        RepeatEvery = TimeSpan.FromSeconds(0.5),
                        EndsAfter = TimeSpan.FromSeconds(3),
                        Least = TimeSpan.FromSeconds(2),
                    },
                },
                instruments,
                time,
                NullLogger<NotificationService>.Instance);
            service.StartAsync(CancellationToken.None);
        }

        public void Notify(DecisionKind kind) =>
            service.Notify(Notification.Of(Decisions.Of(kind) with { At = TimeProvider.System.GetUtcNow() })!);

        public async ValueTask DisposeAsync()
        {
            await service.StopAsync(CancellationToken.None);
            service.Dispose();
            instruments.Dispose();
            await services.DisposeAsync();
        }
    }
}
