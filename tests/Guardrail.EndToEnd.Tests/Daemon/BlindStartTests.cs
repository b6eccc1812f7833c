using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>What is missing but may still come: the daemon starts, says so, and judges nothing.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(90_000)]
internal sealed class BlindStartTests
{
    private const string Unknown = "errors: {name: errors, metric: no_such_requests_total, outcomeLabels: [code]}";

    [Test]
    [Category("Fault")]
    public async Task Without_its_Prometheus_it_starts_is_not_ready_and_rolls_nothing_back(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await GuardedDaemon.StartAsync(
            shop, PolicyText.For(TestShop.Space), cancellationToken, new Uri("http://127.0.0.1:1"));
        await daemon.Decisions.UntilAsync(() => daemon.Decisions.Reports.Length >= 2, "two reads in vain", cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAsync(DecisionKind.Blind, cancellationToken);

        var ready = await daemon.GetAsync("readyz", cancellationToken);
        Assert.That(ready.Status, Is.EqualTo(503));
        Assert.That(ready.Text, Does.Contain("[+] kubernetes ok\n[-] metrics: ").And.Contain("http://127.0.0.1:1"));
        Assert.That(await daemon.GetAsync("healthz", cancellationToken), Is.EqualTo((200, "ok\n")));
        Assert.That(shop.History.Rollbacks, Is.Zero);
        Assert.That(shop.History.States[^1].Paused, Is.True, "it stays held until somebody can see");
    }

    [Test]
    [Category("Fault")]
    public async Task A_metric_that_nobody_reports_is_no_evidence_and_named(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var daemon = await GuardedDaemon.StartAsync(shop, PolicyText.For(TestShop.Space, signals: Unknown), cancellationToken);
        await daemon.Decisions.UntilAsync(() => daemon.Decisions.Reports.Length >= 3, "three reads", cancellationToken);

        shop.Deploy(TestShop.Bad);
        var blind = await daemon.Decisions.UntilAsync(DecisionKind.Blind, cancellationToken);

        Assert.That(blind.Verdict, Is.InstanceOf<Verdict.NoEvidence>());
        Assert.That(blind.Reason, Does.Contain("no_such_requests_total").Or.Contain("reports the signal errors"));
        var ready = await daemon.GetAsync("readyz", cancellationToken);
        await TestContext.Out.WriteLineAsync($"{blind.Reason}\n{ready.Text}");
        Assert.That(ready.Status, Is.EqualTo(503));
        Assert.That(ready.Text, Does.Contain("no_such_requests_total"));
        Assert.That(shop.History.Rollbacks, Is.Zero);
    }
}
