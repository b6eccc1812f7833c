using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.EndToEnd.Tests.Executable;

/// <summary>Several processes of the real executable, of which one leads.</summary>
[Category("EndToEnd")]
[Category("Slow")]
[Category("Fault")]
[CancelAfter(150_000)]
internal sealed class LeadershipTests
{
    private static readonly HttpClient Http = new();

    [Test]
    public async Task One_leads_the_other_stands_by_ready_and_takes_over_when_the_first_is_told_to_stop(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var first = await LeaderAsync(shop, cancellationToken);
        await using var second = Start(shop);
        await second.UntilSaidAsync("Standing by for the lease default/guardrail; the leader is ", cancellationToken);

        var address = await second.AddressAsync(cancellationToken);
        using (var ready = await Http.GetAsync(new Uri(address, "readyz"), cancellationToken))
        {
            var text = await ready.Content.ReadAsStringAsync(cancellationToken);
            Assert.That((int)ready.StatusCode, Is.EqualTo(200), text);
            Assert.That(text, Is.EqualTo($"[+] leadership ok: standing by; the leader is {Holder(shop)}\n"));
        }

        Assert.That(await LeaderMetricAsync(first, cancellationToken), Is.EqualTo("guardrail_leader 1"));
        Assert.That(await LeaderMetricAsync(second, cancellationToken), Is.EqualTo("guardrail_leader 0"));
        Assert.That(await Http.GetStringAsync(new Uri(address, "healthz"), cancellationToken), Is.EqualTo("ok\n"));
        Assert.That(await Http.GetStringAsync(new Uri(address, "metrics"), cancellationToken), Does.Not.Contain("guardrail_observations_total{"), "it reads nothing");

        await first.TerminateAsync(cancellationToken);
        Assert.That(await first.WaitAsync(cancellationToken), Is.Zero, first.ToString());
        Assert.That(first.Errors, Has.Some.Contains("Gave the lease default/guardrail back"));
        var began = TimeProvider.System.GetTimestamp();
        await second.UntilSaidAsync("Leading by the lease", cancellationToken);
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(await LeaderMetricAsync(second, cancellationToken), Is.EqualTo("guardrail_leader 1"));
    }

    [Test]
    public async Task The_one_that_took_over_rolls_back_what_the_first_one_held(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var first = await LeaderAsync(shop, cancellationToken);
        await using var second = Start(shop);
        await second.UntilSaidAsync("Standing by", cancellationToken);
        shop.Deploy(TestShop.Bad);
        await shop.UntilAsync(s => s.PausedBy is not null, "the hold", cancellationToken);
        await first.KillAsync(cancellationToken);

        await second.UntilSaidAsync("Leading by the lease", cancellationToken);
        await shop.UntilAsync(s => s.Image == TestShop.First && !s.Paused, "the first revision to be back", cancellationToken);
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
    }

    [Test]
    public async Task A_process_whose_lease_is_taken_away_ends_with_4(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var process = await LeaderAsync(shop, cancellationToken);
        shop.Cluster.Store.Modify(ResourceTypes.Leases, "default", "guardrail", lease =>
        {
            lease["spec"]!["holderIdentity"] = "another";
            return true;
        });

        var began = TimeProvider.System.GetTimestamp();
        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(4), process.ToString());
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(8)));
        Assert.That(process.Errors, Has.Some.Contains("Lost the lead, and ends: The lease default/guardrail is held by another now."));
        Assert.That(Holder(shop), Is.EqualTo("another"), "it is not given back for another");
    }

    [Test]
    public async Task People_are_told_of_a_hold_a_rollback_and_a_lost_lead(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var receiver = await WebhookReceiver.StartAsync(cancellationToken);
        await using var process = await LeaderAsync(shop, cancellationToken, "--notify-webhook", receiver.Url);
        shop.Deploy(TestShop.Bad);
        await receiver.UntilAsync("RolloutHeld", cancellationToken);
        var told = await receiver.UntilAsync("RolledBack", cancellationToken);
        Assert.That((string?)told["rollout"]!["workload"], Is.EqualTo(TestShop.Service));
        Assert.That((string?)told["reason"], Does.Contain("errors in"));

        shop.Cluster.Store.Modify(ResourceTypes.Leases, "default", "guardrail", lease =>
        {
            lease["spec"]!["holderIdentity"] = "another";
            return true;
        });
        Assert.That((string?)(await receiver.UntilAsync("LeaderLost", cancellationToken))["reason"], Does.Contain("held by another"));
        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(4));
        Assert.That(process.Errors, Has.None.Contains("secret-path"));
    }

    [Test]
    public async Task A_process_that_cannot_renew_ends_with_4_before_another_may_take_over(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var process = await LeaderAsync(shop, cancellationToken);
        using var outage = shop.Cluster.Api.Faults.Inject(call => call.Resource == "leases", new ApiFault.ResetBefore());
        var began = TimeProvider.System.GetTimestamp();

        Assert.That(await process.WaitAsync(cancellationToken), Is.EqualTo(4), process.ToString());
        Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(15)), "the lease's duration");
        Assert.That(process.Errors, Has.Some.Contains("could not be renewed for 10 s"));
    }

    [Test]
    public async Task Told_to_stop_while_it_rolls_back_it_finishes_the_write_and_then_gives_the_lease_back(CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        await using var process = await LeaderAsync(shop, cancellationToken);
        shop.Deploy(TestShop.Bad);
        await shop.UntilAsync(s => s.PausedBy is not null, "the hold", cancellationToken);
        using var slow = shop.Cluster.Api.Faults.Inject(
            call => call is { Verb: "patch", Resource: "deployments" }, new ApiFault.Latency(TimeSpan.FromSeconds(4)), times: 1);
        var order = new List<string>();
        using var writes = shop.Cluster.Store.Subscribe(change => Note(order, change));
        var before = shop.Cluster.Api.Counters.Of("patch", "deployments");
        while (shop.Cluster.Api.Counters.Of("patch", "deployments") == before)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        await process.TerminateAsync(cancellationToken);
        Assert.That(await process.WaitAsync(cancellationToken), Is.Zero, process.ToString());
        Assert.That(order, Is.EqualTo(new[] { "rolled back", "released" }));
        Assert.That(Holder(shop), Is.Null);
    }

    private static void Note(List<string> order, StoreEvent change)
    {
        var what = change.Item switch
        {
            { } o when (string?)o["kind"] == "Deployment" && o["metadata"]!["annotations"]?["guardrail.dev/rolled-back-by"] is not null => "rolled back",
            { } o when (string?)o["kind"] == "Lease" && o["spec"]!["holderIdentity"] is null => "released",
            _ => null,
        };
        lock (order)
        {
            if (what is not null && !order.Contains(what))
            {
                order.Add(what);
            }
        }
    }

    private static string? Holder(TestShop shop) =>
        (string?)shop.Cluster.Store.Get(ResourceTypes.Leases, "default", "guardrail")["spec"]!["holderIdentity"];

    private static GuardrailProcess Start(TestShop shop, params string[] more) => GuardrailProcess.Start(
    [
        "run", "--policy", shop.Write("policy.yaml", PolicyText.For(TestShop.Space)), "--scrape", "--kubeconfig", shop.Kubeconfig, "--listen", "127.0.0.1:0",
        "--leader-elect", .. more,
    ]);

    private static async Task<GuardrailProcess> LeaderAsync(TestShop shop, CancellationToken cancellationToken, params string[] more)
    {
        var process = Start(shop, more);
        await process.UntilSaidAsync("Leading by the lease default/guardrail as ", cancellationToken);
        var address = await process.AddressAsync(cancellationToken);
        while (true)
        {
            using var ready = await Http.GetAsync(new Uri(address, "readyz"), cancellationToken);
            if (ready.IsSuccessStatusCode)
            {
                return process;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<string> LeaderMetricAsync(GuardrailProcess process, CancellationToken cancellationToken)
    {
        var address = await process.AddressAsync(cancellationToken);
        var metrics = await Http.GetStringAsync(new Uri(address, "metrics"), cancellationToken);
        return metrics.Split('\n').Single(l => l.StartsWith("guardrail_leader ", StringComparison.Ordinal));
    }
}
