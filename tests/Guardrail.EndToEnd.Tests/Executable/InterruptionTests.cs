using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary>The real executable is killed and started again; what becomes of the rollout is the same, by one rollback.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[Category("Fault")]
[CancelAfter(150_000)]
internal sealed class InterruptionTests
{
    private static readonly HttpClient Http = new();

    [Test]
    public async Task Killed_between_the_hold_and_the_rollback_it_rolls_back_once(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        var policy = shop.Write("policy.yaml", PolicyText.For(TestShop.Space));
        await using (var first = await StartAsync(shop, policy, cancellationToken))
        {
            shop.Deploy(TestShop.Bad);
            await shop.UntilAsync(s => s.PausedBy is not null, "the hold", cancellationToken);
            await first.KillAsync(cancellationToken);
        }

        Assert.That(shop.History.Rollbacks, Is.Zero);
        await using var second = await StartAsync(shop, policy, cancellationToken);
        await AssertTakenBackOnceAsync(shop, second, cancellationToken);
    }

    [Test]
    public async Task Killed_right_after_the_rollback_it_does_not_roll_back_again(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        var policy = shop.Write("policy.yaml", PolicyText.For(TestShop.Space));
        await using (var first = await StartAsync(shop, policy, cancellationToken))
        {
            shop.Deploy(TestShop.Bad);
            await shop.UntilAsync(s => s.RolledBackBy is not null, "the rollback", cancellationToken);
            await first.KillAsync(cancellationToken);
        }

        await using var second = await StartAsync(shop, policy, cancellationToken);
        await AssertTakenBackOnceAsync(shop, second, cancellationToken);
    }

    [Test]
    public async Task Killed_while_the_rollback_is_written_it_rolls_back_once(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        var policy = shop.Write("policy.yaml", PolicyText.For(TestShop.Space));
        await using (var first = await StartAsync(shop, policy, cancellationToken))
        {
            shop.Deploy(TestShop.Bad);
            await shop.UntilAsync(s => s.PausedBy is not null, "the hold", cancellationToken);
            // The write takes effect, and its answer never arrives.
            using var lost = shop.Cluster.Api.Faults.Inject(
                call => call is { Verb: "patch", Resource: "deployments" }, new ApiFault.ResetAfter(), times: 1);
            await shop.UntilAsync(s => s.RolledBackBy is not null, "the rollback", cancellationToken);
            await first.KillAsync(cancellationToken);
        }

        await using var second = await StartAsync(shop, policy, cancellationToken);
        await AssertTakenBackOnceAsync(shop, second, cancellationToken);
    }

    [Test]
    public async Task A_good_release_that_a_killed_daemon_held_goes_on_after_the_restart(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        var policy = shop.Write("policy.yaml", PolicyText.For(TestShop.Space));
        await using (var first = await StartAsync(shop, policy, cancellationToken))
        {
            shop.Deploy(TestShop.Good);
            await shop.UntilAsync(s => s.PausedBy is not null, "the hold", cancellationToken);
            await first.KillAsync(cancellationToken);
        }

        await using var second = await StartAsync(shop, policy, cancellationToken);
        await shop.UntilAsync(s => !s.Paused, "the resume", cancellationToken);
        await shop.SettledAsync(cancellationToken);
        await shop.Cluster.WaitUntilAsync(() => shop.KnownGood.Contains(TestShop.Good), cancellationToken);
        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good }));
        Assert.That(shop.History.Rollbacks, Is.Zero);
    }

    [Test]
    public async Task Told_to_stop_it_ends_with_0_and_leaves_no_watch_behind(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var process = await StartAsync(shop, shop.Write("policy.yaml", PolicyText.For(TestShop.Space)), cancellationToken);
        Assert.That(shop.Cluster.Api.Counters.OpenWatches, Is.GreaterThan(0));
        var began = TimeProvider.System.GetTimestamp();

        await process.TerminateAsync(cancellationToken);

        Assert.That(await process.WaitAsync(cancellationToken), Is.Zero, process.ToString());
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(process.Errors, Has.Some.Contains("Stopped watching").And.None.Contains("Exception"));
        Assert.That(process.Output, Is.Empty, "standard output is for data");
        while (shop.Cluster.Api.Counters.OpenWatches > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    [Test]
    public async Task Told_to_stop_while_it_writes_it_finishes_the_write_first(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var process = await StartAsync(shop, shop.Write("policy.yaml", PolicyText.For(TestShop.Space)), cancellationToken);
        using var slow = shop.Cluster.Api.Faults.Inject(
            call => call is { Verb: "patch", Resource: "deployments" }, new ApiFault.Latency(TimeSpan.FromSeconds(3)), times: 1);

        shop.Deploy(TestShop.Good);
        while (shop.Cluster.Api.Counters.Of("patch", "deployments") == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        await process.TerminateAsync(cancellationToken);
        Assert.That(await process.WaitAsync(cancellationToken), Is.Zero, process.ToString());
        Assert.That(process.Errors, Has.Some.Contains("Stopped watching"));
    }

    private static async Task<GuardrailProcess> StartAsync(TestShop shop, string policy, CancellationToken cancellationToken)
    {
        var process = GuardrailProcess.Start("run", "--policy", policy, "--scrape", "--kubeconfig", shop.Kubeconfig, "--listen", "127.0.0.1:0");
        var address = await process.AddressAsync(cancellationToken);
        // Ready once it has listed the workloads and read the pods; then a few ticks of normal life.
        while (true)
        {
            using var ready = await Http.GetAsync(new Uri(address, "readyz"), cancellationToken);
            var metrics = await Http.GetStringAsync(new Uri(address, "metrics"), cancellationToken);
            if (ready.IsSuccessStatusCode && Observations(metrics) >= 40)
            {
                return process;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    private static double Observations(string metrics) => metrics.Split('\n')
        .Where(l => l.StartsWith("guardrail_observations_total{", StringComparison.Ordinal))
        .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private static async Task AssertTakenBackOnceAsync(TestShop shop, GuardrailProcess process, CancellationToken cancellationToken)
    {
        await shop.UntilAsync(s => s.Image == TestShop.First && !s.Paused, "the first revision to be back", cancellationToken);
        await shop.SettledAsync(cancellationToken);
        var address = await process.AddressAsync(cancellationToken);
        var seen = Observations(await Http.GetStringAsync(new Uri(address, "metrics"), cancellationToken));
        // Five ticks later it is still so.
        while (Observations(await Http.GetStringAsync(new Uri(address, "metrics"), cancellationToken)) < seen + 60)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }), process.ToString());
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1), "one rollback was written");
        Assert.That(shop.History.States[^1], Has.Property("Paused").False.And.Property("PausedBy").Null);
        Assert.That(shop.PodsOf(TestShop.Bad), Is.Zero);
    }
}
