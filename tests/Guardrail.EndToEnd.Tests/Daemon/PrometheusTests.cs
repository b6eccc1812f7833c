using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Testing.Prometheus;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>The daemon, an API server over HTTP, and a real Prometheus that scrapes the pods.</summary>
[Category("Prometheus")]
[Category("EndToEnd")]
[Category("Slow")]
[CancelAfter(120_000)]
internal sealed class PrometheusTests
{
    private const int Prelude = 8;

    [Test]
    public async Task A_good_release_stays_and_is_stamped(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var prometheus = await StartPrometheusAsync(shop);
        await using var daemon = await GuardedDaemon.StartAsync(shop, PolicyText.For(TestShop.Space), cancellationToken, prometheus.Address);
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);

        shop.Deploy(TestShop.Good);
        var end = await daemon.Decisions.UntilAsync(DecisionKind.End, cancellationToken);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.StampKnownGood, cancellationToken);

        Assert.That(end.Verdict, Is.InstanceOf<Verdict.Healthy>(), daemon.Decisions.ToString());
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good }));
        Assert.That(shop.History.Rollbacks, Is.Zero);
        Assert.That(shop.History.Pauses, Is.EqualTo(1), "it was held once, to compare");
        Assert.That(shop.History.States[^1].Paused, Is.False);
        Assert.That(shop.KnownGood, Is.EqualTo(new[] { TestShop.Good }));
    }

    [Test]
    public async Task A_bad_release_is_rolled_back_once(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var prometheus = await StartPrometheusAsync(shop);
        await using var daemon = await GuardedDaemon.StartAsync(shop, PolicyText.For(TestShop.Space), cancellationToken, prometheus.Address);
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await daemon.Decisions.UntilToldAsync(3, cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.PodsOf(TestShop.Bad), Is.Zero);
        Assert.That(daemon.Decisions.Decisions.First(d => d.Kind == DecisionKind.RollBack).Reason, Does.Match(@"errors.*\d+ of "));
        Assert.That(shop.KnownGood, Does.Not.Contain(TestShop.Bad));
    }

    [Test]
    public async Task Without_Prometheus_a_rollout_stays_held_and_is_decided_when_it_is_back(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var prometheus = await StartPrometheusAsync(shop);
        await using var daemon = await GuardedDaemon.StartAsync(shop, PolicyText.For(TestShop.Space), cancellationToken, prometheus.Address);
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);

        shop.Deploy(TestShop.Bad);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
        await prometheus.StopAsync();
        var blind = await daemon.Decisions.UntilAsync(DecisionKind.Blind, cancellationToken);
        Assert.That(blind.Verdict, Is.InstanceOf<Verdict.NoEvidence>());
        var readiness = await daemon.GetAsync("readyz", cancellationToken);
        Assert.That(readiness.Status, Is.EqualTo(503));
        Assert.That(readiness.Text, Does.Contain("[+] kubernetes ok").And.Contain("[-] metrics: ").And.Contain(prometheus.Address.Authority));
        Assert.That((await daemon.GetAsync("healthz", cancellationToken)).Status, Is.EqualTo(200));
        var reads = daemon.Decisions.Reports.Length;
        await daemon.Decisions.UntilAsync(() => daemon.Decisions.Reports.Length >= reads + 5, "five more reads in vain", cancellationToken);
        Assert.That(shop.History.States[^1], Has.Property("Paused").True.And.Property("Image").EqualTo(TestShop.Bad));
        Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.RollBack).And.Not.Contain(DecisionKind.Resume));

        await prometheus.StartAgainAsync();
        await daemon.Decisions.UntilAsync(DecisionKind.EvidenceReturned, cancellationToken);
        await daemon.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }));
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(await daemon.GetAsync("readyz", cancellationToken), Is.EqualTo((200, "[+] kubernetes ok\n[+] metrics ok\n")));
    }

    [Test]
    public async Task What_happened_while_the_daemon_was_down_is_backfilled_and_decides_at_once(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var prometheus = await StartPrometheusAsync(shop);
        var policy = PolicyText.For(TestShop.Space);
        await using (var daemon = await GuardedDaemon.StartAsync(shop, policy, cancellationToken, prometheus.Address))
        {
            await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);
            shop.Deploy(TestShop.Bad);
            await daemon.Decisions.UntilAppliedAsync(DecisionKind.Hold, cancellationToken);
            await daemon.StopAsync(cancellationToken);
            Assert.That(daemon.Decisions.Kinds, Does.Not.Contain(DecisionKind.RollBack));
        }

        // Prometheus goes on scraping until more than enough errors are in its data.
        using var http = new HttpClient();
        var errors = new Uri(prometheus.Address, "/api/v1/query?query=" + Uri.EscapeDataString("sum(http_requests_total{code=~\"5..\"}) > 60"));
        while (!(await http.GetStringAsync(errors, cancellationToken)).Contains("value", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        var restarted = TimeProvider.System.GetUtcNow();
        await using var again = await GuardedDaemon.StartAsync(shop, policy, cancellationToken, prometheus.Address);
        var decision = await again.Decisions.UntilAsync(DecisionKind.RollBack, cancellationToken);
        Assert.That(again.Decisions.Told[0].At, Is.LessThan(restarted), "the first reports are of the past");
        Assert.That(TimeProvider.System.GetUtcNow() - restarted, Is.LessThan(TimeSpan.FromSeconds(10)), decision.Reason);
        await again.Decisions.UntilAppliedAsync(DecisionKind.RollBack, cancellationToken);
        await shop.SettledAsync(cancellationToken);
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(shop.PodsOf(TestShop.Bad), Is.Zero);
    }

    private static Task<RealPrometheus> StartPrometheusAsync(TestShop shop) => RealPrometheus.StartAsync($"""
        - job_name: pods
          scrape_interval: 1s
          scrape_timeout: 1s
          http_sd_configs:
            - url: {shop.Cluster.TargetsUri}
              refresh_interval: 1s
        """);
}
