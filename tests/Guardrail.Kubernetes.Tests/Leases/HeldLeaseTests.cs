using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Leases;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Kubernetes.Tests.Leases;

/// <summary>What a holder survives, and when it gives up.</summary>
[NonParallelizable]
[Category("Fault")]
[CancelAfter(60_000)]
internal sealed class HeldLeaseTests
{
    private static readonly object[] Faults =
    [
        new ApiFault.ResetBefore(),
        new ApiFault.ResetAfter(),
        new ApiFault.Answer(500, "InternalError", "broken"),
        new ApiFault.Answer(429, "TooManyRequests", "slow down", 1),
        new ApiFault.Answer(409, "Conflict", "changed"),
        new ApiFault.Latency(TimeSpan.FromSeconds(5)),
    ];

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_for_less_than_the_renew_deadline_costs_nothing(ApiFault fault)
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        var b = bench.Stand("b");
        await bench.PassAsync(20);
        using (bench.Harm("a", fault))
        {
            await bench.PassAsync(6);
        }

        await bench.PassAsync(20);
        Assert.That((a.Leads, a.HasLost, b.Leads), Is.EqualTo((true, false, false)));
    }

    [Test]
    [Category("Slow")]
    public async Task An_API_that_always_answers_after_5_seconds_costs_nothing()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        using var slow = bench.Harm("a", new ApiFault.Latency(TimeSpan.FromSeconds(5)));
        await bench.PassAsync(90);
        Assert.That(a.Leads);
    }

    [Test]
    public async Task A_request_that_hangs_leaves_time_for_another()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        using var hanging = bench.Harm("a", new ApiFault.Latency(TimeSpan.FromHours(1)), times: 1);
        await bench.PassAsync(30);
        Assert.That(a.Leads);
        Assert.That(a.Failures, Has.Some.Contains("did not answer"));
    }

    [Test]
    public async Task An_outage_beyond_the_renew_deadline_loses_the_lease_for_good()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        var outage = bench.Api.Faults.Inject(_ => true, new ApiFault.Answer(503, "ServiceUnavailable", "down"));
        var took = await bench.UntilAsync(() => a.HasLost);
        Assert.That(took, Is.InRange(7, 10.5));
        Assert.That(await a.Held!.Lost, Does.Contain("could not be renewed for 10 s").And.Contain("503"));
        Assert.That(a.Held.LostToken.IsCancellationRequested);

        outage.Dispose();
        await bench.PassAsync(30);
        Assert.That(a.Leads, Is.False, "lost does not come back");
    }

    [Test]
    public async Task A_hanging_API_loses_the_lease_at_the_renew_deadline_too()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        using var hanging = bench.Harm("a", new ApiFault.Latency(TimeSpan.FromHours(1)));
        Assert.That(await bench.UntilAsync(() => a.HasLost), Is.InRange(7, 10.5));
    }

    [TestCase("\"somebody\"", "somebody")]
    [TestCase("null", "nobody")]
    public async Task Taken_away_it_is_lost_at_the_next_renewal(string holder, string named)
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        bench.Modify(spec => spec["holderIdentity"] = JsonNode.Parse(holder));
        Assert.That(await bench.UntilAsync(() => a.HasLost), Is.LessThanOrEqualTo(2.5));
        Assert.That(await a.Held!.Lost, Is.EqualTo($"The lease guardrail/guardrail is held by {named} now."));
        Assert.That(bench.Holder, Is.Not.EqualTo("a"), "what another holds is not touched");
    }

    [Test]
    public async Task A_conflict_with_a_write_that_leaves_the_holder_alone_is_no_loss()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        bench.Modify(spec => spec["preferredHolder"] = "a");
        await bench.PassAsync(20);
        Assert.That(a.Leads);
        Assert.That((string?)bench.Stored["spec"]!["preferredHolder"], Is.EqualTo("a"));
    }

    [Test]
    public async Task A_deleted_lease_is_made_again()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        bench.Api.Store.Delete(ResourceTypes.Leases, LeaseBench.Lease.Namespace, LeaseBench.Lease.Name);
        await bench.PassAsync(5);
        Assert.That((a.Leads, bench.Holder), Is.EqualTo((true, "a")));
    }

    [TestCase(24)]
    [TestCase(-24)]
    public async Task A_jump_of_its_clock_does_not_lose_the_lease(int hours)
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        var b = bench.Stand("b");
        await bench.PassAsync(20);
        a.Clock.Offset = TimeSpan.FromHours(hours);
        await bench.PassAsync(60);
        Assert.That((a.Leads, a.HasLost, b.Leads), Is.EqualTo((true, false, false)));
    }

    [Test]
    public async Task After_a_jump_forwards_nothing_is_begun_until_the_next_renewal()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        await bench.PassAsync(10);
        a.Clock.Offset = TimeSpan.FromMinutes(1);
        Assert.That(a.Leads, Is.False, "this machine may have slept for a minute");
        Assert.That(await bench.UntilAsync(() => a.Leads), Is.LessThanOrEqualTo(2.5));
    }

    [Test]
    public async Task Two_renewals_that_show_the_same_time_are_still_told_apart()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        await bench.UntilAsync(() => a.Events.OfType<LeaseEvent.Renewed>().Count() == 3);
        var before = (string?)bench.Stored["spec"]!["renewTime"];
        // The clock is set back by just as much as passes until the next renewal.
        var renewed = a.Events.Length;
        while (a.Events.Length == renewed)
        {
            a.Clock.Offset -= TimeSpan.FromMilliseconds(250);
            await bench.PassAsync(0.25);
        }

        Assert.That((string?)bench.Stored["spec"]!["renewTime"], Is.Not.EqualTo(before));
    }

    [Test]
    public async Task A_lease_that_cannot_be_given_back_does_not_hold_up_the_end()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = await LeaderAsync(bench);
        using var outage = bench.Harm("a", new ApiFault.Latency(TimeSpan.FromHours(1)));
        var releasing = a.Held!.ReleaseAsync();
        Assert.That(await bench.UntilAsync(() => releasing.IsCompleted), Is.LessThanOrEqualTo(3.5));
        await releasing;
    }

    [TestCase(15, 15, 2, "must be shorter than the lease duration (15 s)")]
    [TestCase(15, 10, 10, "must be shorter than the renew deadline (10 s)")]
    [TestCase(15, 10, 0, "must be longer than zero")]
    [TestCase(0.5, 0.2, 0.1, "a whole number of seconds")]
    [TestCase(7200, 10, 2, "from 1 s to 3600 s")]
    public void Timings_that_do_not_fit_are_refused_in_one_sentence(double duration, double deadline, double retry, string complaint) =>
        Assert.That(
            () => new LeaseTimings(TimeSpan.FromSeconds(duration), TimeSpan.FromSeconds(deadline), TimeSpan.FromSeconds(retry)),
            Throws.ArgumentException.With.Message.Contains(complaint));

    private static async Task<Candidate> LeaderAsync(LeaseBench bench)
    {
        var a = bench.Stand("a");
        await LeaseBench.SettledAsync(() => a.Leads);
        return a;
    }
}
