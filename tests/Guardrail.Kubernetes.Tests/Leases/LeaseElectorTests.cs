using System.Text.Json.Nodes;
using Guardrail.Kubernetes.Leases;
using Guardrail.Simulation.ApiServer;

namespace Guardrail.Kubernetes.Tests.Leases;

/// <summary>Who gets the lease, and how it changes hands. In every step of every test at most one candidate leads.</summary>
[NonParallelizable]
[CancelAfter(60_000)]
internal sealed class LeaseElectorTests
{
    [Test]
    public async Task The_first_candidate_makes_the_lease_and_renews_it()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = bench.Stand("a");
        await bench.UntilAsync(() => a.Leads, 1);
        var first = (string)bench.Stored["spec"]!["renewTime"]!;
        await bench.PassAsync(60);

        var spec = bench.Stored["spec"]!;
        Assert.That(a.Leads);
        Assert.That((string?)spec["renewTime"], Is.GreaterThan(first).And.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"));
        Assert.That((string?)spec["acquireTime"], Is.EqualTo(first), "acquired once");
        Assert.That((int?)spec["leaseTransitions"], Is.Zero);
        Assert.That((int?)spec["leaseDurationSeconds"], Is.EqualTo(15));
        Assert.That(a.Events.Count(e => e is LeaseEvent.Renewed), Is.InRange(25, 30), "every 2 s");
    }

    [Test]
    public async Task Of_three_candidates_one_leads_and_the_others_know_whom_they_wait_for()
    {
        await using var bench = await LeaseBench.StartAsync();
        Candidate[] all = [bench.Stand("a"), bench.Stand("b"), bench.Stand("c")];
        await bench.PassAsync(60);

        var leader = all.Single(c => c.Leads);
        Assert.That(bench.Holder, Is.EqualTo(leader.Name));
        Assert.That(all.Where(c => c != leader).Select(c => c.Events[^1]), Has.All.EqualTo(new LeaseEvent.StandingBy(leader.Name)));
    }

    [Test]
    public async Task A_released_lease_is_taken_within_3_seconds()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = bench.Stand("a");
        await bench.UntilAsync(() => a.Leads);
        var b = bench.Stand("b");
        await bench.PassAsync(30);
        await a.Held!.ReleaseAsync();
        Assert.That(a.Leads, Is.False);
        Assert.That(bench.Holder, Is.Null);

        Assert.That(await bench.UntilAsync(() => b.Leads), Is.LessThanOrEqualTo(3));
        Assert.That((int?)bench.Stored["spec"]!["leaseTransitions"], Is.EqualTo(1));
        Assert.That(a.HasLost, Is.False, "released is not lost");
    }

    [TestCase("null")]
    [TestCase("\"\"")]
    public async Task A_lease_without_a_holder_is_free(string holder)
    {
        await using var bench = await LeaseBench.StartAsync();
        bench.Api.Store.Create(ResourceTypes.Leases, "guardrail", (JsonObject)JsonNode.Parse($$$"""
            {"metadata": {"name": "guardrail", "labels": {"kept": "yes"}},
             "spec": {"holderIdentity": {{{holder}}}, "leaseDurationSeconds": 15, "renewTime": "2026-01-01T00:00:00.000000Z", "leaseTransitions": 7}}
            """)!);
        var a = bench.Stand("a");

        await bench.UntilAsync(() => a.Leads, 1);
        Assert.That(bench.Holder, Is.EqualTo("a"));
        Assert.That((int?)bench.Stored["spec"]!["leaseTransitions"], Is.EqualTo(8));
        Assert.That((string?)bench.Stored["metadata"]!["labels"]!["kept"], Is.EqualTo("yes"), "what others wrote stays");
    }

    [Test]
    [Category("Fault")]
    public async Task A_leader_that_vanishes_is_followed_after_the_duration_of_its_lease()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = bench.Stand("a");
        await bench.UntilAsync(() => a.Leads);
        var b = bench.Stand("b");
        await bench.PassAsync(20);
        bench.Harm("a", new ApiFault.ResetBefore());

        var lost = await bench.UntilAsync(() => !a.Leads);
        var taken = await bench.UntilAsync(() => b.Leads);
        Assert.That(lost, Is.InRange(7, 10.5), "the renew deadline, since the last renewal");
        Assert.That(lost + taken, Is.InRange(15 - 2.5, 15 + 3.5));
        Assert.That(taken, Is.GreaterThan(2), "another could not take over while the first led");
    }

    [Test]
    [Category("Fault")]
    public async Task The_clocks_of_candidates_may_differ_by_hours()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = bench.Stand("a");
        await bench.UntilAsync(() => a.Leads);
        var b = bench.Stand("b");
        var c = bench.Stand("c");
        b.Clock.Offset = TimeSpan.FromHours(5);
        c.Clock.Offset = TimeSpan.FromHours(-5);
        await bench.PassAsync(60);
        Assert.That((a.Leads, b.Leads, c.Leads), Is.EqualTo((true, false, false)), "a lease that is renewed is alive, whatever time it shows");

        await a.Held!.ReleaseAsync();
        await bench.UntilAsync(() => b.Leads || c.Leads, 3.5);
        await bench.PassAsync(60);
        Assert.That(new[] { b, c }.Count(x => x.Leads), Is.EqualTo(1));
        Assert.That(new[] { b, c }.Count(x => x.HasLost), Is.Zero);
    }

    [Test]
    public async Task A_candidate_goes_by_the_duration_that_the_holder_asks_for()
    {
        await using var bench = await LeaseBench.StartAsync();
        var a = bench.Stand("a", new LeaseTimings(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(20)));
        await bench.UntilAsync(() => a.Leads);
        var b = bench.Stand("b");
        await bench.PassAsync(100);
        Assert.That((a.Leads, b.Leads), Is.EqualTo((true, false)));
    }

    [Test]
    [Category("Fault")]
    public async Task A_take_whose_answer_is_lost_is_found_again()
    {
        await using var bench = await LeaseBench.StartAsync();
        using var lost = bench.Api.Faults.Inject(call => call is { Verb: "create", Resource: "leases" }, new ApiFault.ResetAfter(), times: 1);
        var a = bench.Stand("a");
        var b = bench.Stand("b");
        await bench.UntilAsync(() => a.Leads || b.Leads, 20);
        await bench.PassAsync(30);
        Assert.That(new[] { a, b }.Count(x => x.HasLost), Is.Zero);
    }

    [Test]
    [Category("Fault")]
    public async Task While_the_API_is_away_nobody_leads_and_afterwards_somebody_does()
    {
        await using var bench = await LeaseBench.StartAsync();
        using var outage = bench.Api.Faults.Inject(_ => true, new ApiFault.Answer(503, "ServiceUnavailable", "down"));
        var a = bench.Stand("a");
        var b = bench.Stand("b");
        await bench.PassAsync(60);
        Assert.That((a.Leads, b.Leads), Is.EqualTo((false, false)));
        Assert.That(a.Failures, Has.Some.Contains("503"));

        outage.Dispose();
        await bench.UntilAsync(() => a.Leads || b.Leads, 3);
    }

    [Test]
    public async Task A_missing_permission_is_told_with_the_role_to_apply()
    {
        await using var bench = await LeaseBench.StartAsync();
        using var refused = bench.Api.Faults.Inject(_ => true, new ApiFault.Answer(
            403, "Forbidden", "leases.coordination.k8s.io \"guardrail\" is forbidden: User \"x\" cannot get resource \"leases\" in API group"));
        var a = bench.Stand("a");
        await bench.UntilAsync(() => a.Failures.Any());
        Assert.That(a.Failures.First(), Does.Contain("kind: Role").And.Contain("coordination.k8s.io").And.Contain("\"get\", \"create\", \"update\""));
    }
}
