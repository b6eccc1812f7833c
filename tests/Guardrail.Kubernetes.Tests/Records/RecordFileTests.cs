using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Connection;
using Guardrail.Kubernetes.Records;
using Guardrail.Simulation.ApiServer;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>Records at an API server that does not always answer as it should.</summary>
[Category("Fault")]
[CancelAfter(20_000)]
internal sealed class RecordFileTests
{
    private ResourceServer server = null!;
    private RecordStore store = null!;

    [SetUp]
    public async Task Start()
    {
        server = await ResourceServer.StartAsync();
        store = new RecordStore(server.Api, TimeProvider.System);
    }

    [TearDown]
    public async Task Stop() => await server.DisposeAsync();

    [Test]
    public async Task A_record_is_made_and_read_again_as_it_was_written(CancellationToken cancellationToken)
    {
        using var file = Sample.File(store, TimeProvider.System);
        file.Edit(s => s.Decided(Sample.Decision(DecisionKind.Start)));
        file.Edit(Sample.Intend(Sample.RollBack()));
        await file.WriteAsync(cancellationToken);

        var read = (await store.ReadAsync("shop", file.Name, cancellationToken))!;
        Assert.That(file.IsDirty, Is.False);
        Assert.That(read.Spec, Is.EqualTo(Sample.Blank().Spec with { ChangedBy = "agent" }));
        Assert.That(read.Status!.Timeline, Is.EqualTo(file.Status.Timeline));
        Assert.That(read.Status.Intents.Single().ToAction(Sample.Checkout), Is.EqualTo(Sample.RollBack()), "the action can be finished from the record alone");
    }

    [TestCase(409, "Conflict")]
    [TestCase(500, "InternalError")]
    [TestCase(503, "ServiceUnavailable")]
    [TestCase(429, "TooManyRequests")]
    public async Task A_write_that_is_answered_with_an_error_is_made_again(int code, string reason, CancellationToken cancellationToken)
    {
        using var file = await OpenAsync(cancellationToken);
        server.Server.Faults.Inject(IsStatusWrite, new ApiFault.Answer(code, reason, "not now"), times: 2);
        file.Edit(Sample.Intend(Sample.RollBack()));
        await file.WriteAsync(cancellationToken);
        Assert.That((await store.ReadAsync("shop", file.Name, cancellationToken))!.Status!.Intents, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_write_whose_answer_was_lost_is_not_made_twice(CancellationToken cancellationToken)
    {
        using var file = await OpenAsync(cancellationToken);
        var before = server.Server.Counters.Of("update", "guardedrollouts");
        server.Server.Faults.Inject(IsStatusWrite, new ApiFault.ResetAfter(), times: 1);
        file.Edit(Sample.Intend(Sample.RollBack()));
        await file.WriteAsync(cancellationToken);

        var read = (await store.ReadAsync("shop", file.Name, cancellationToken))!.Status!;
        Assert.That(read.Intents.Single().Attempts, Is.EqualTo(1));
        Assert.That(server.Server.Counters.Of("update", "guardedrollouts") - before, Is.LessThanOrEqualTo(1), "what stands there is not written again");
    }

    [Test]
    public async Task A_creation_whose_answer_was_lost_is_found_again(CancellationToken cancellationToken)
    {
        server.Server.Faults.Inject(call => call.Verb == "create", new ApiFault.ResetAfter(), times: 1);
        using var file = await OpenAsync(cancellationToken);
        Assert.That(await store.ListAsync(Sample.Checkout, cancellationToken), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_does_not_answer_in_time_is_given_up_and_the_edit_stays_to_be_written(CancellationToken cancellationToken)
    {
        var clock = new FakeTimeProvider(Sample.Now);
        var slow = new RecordStore(server.Api, clock);
        using var file = new RecordFile(slow, clock, Sample.Rollout(), "u-1", "shop", null);
        using var fault = server.Server.Faults.Inject(IsStatusWrite, new ApiFault.Latency(TimeSpan.FromMinutes(10)));
        file.Edit(Sample.Intend(Sample.RollBack()));
        var writing = file.WriteAsync(cancellationToken);
        await Moving.UntilAsync(clock, writing.ContinueWith(_ => { }, TaskScheduler.Default), TimeSpan.FromSeconds(1));
        Assert.That(writing.IsCompletedSuccessfully, Is.False);
        Assert.That(file.IsDirty);

        server.Server.Faults.Clear();
        await file.WriteAsync(cancellationToken);
        Assert.That((await store.ReadAsync("shop", file.Name, cancellationToken))!.Status!.Intents, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_missing_right_is_told_at_once(CancellationToken cancellationToken)
    {
        using var file = await OpenAsync(cancellationToken);
        server.Server.Faults.Inject(IsStatusWrite, new ApiFault.Answer(
            403, "Forbidden", "guardedrollouts.guardrail.dev \"x\" is forbidden: User \"g\" cannot update resource \"guardedrollouts/status\""));
        file.Edit(Sample.Intend(Sample.RollBack()));
        var writing = file.WriteAsync(cancellationToken);
        await writing.ContinueWith(_ => { }, TaskScheduler.Default);
        var fault = (Kubernetes.Connection.ApiException)writing.Exception!.InnerException!;
        Assert.That(fault.IsMissingPermission);
        Assert.That(AccessRule.Missing(fault, RecordStore.Rights, null), Does.Contain("guardedrollouts/status").And.Contain("kind: ClusterRole"));
    }

    [Test]
    public async Task Two_writers_lose_nothing_of_each_other(CancellationToken cancellationToken)
    {
        using var one = await OpenAsync(cancellationToken);
        using var two = Sample.File(store, TimeProvider.System);
        for (var i = 1; i <= 5; i++)
        {
            one.Edit(s => s.Decided(Sample.Decision(DecisionKind.Hold, 2 * i)));
            two.Edit(s => s.Decided(Sample.Decision(DecisionKind.Resume, (2 * i) + 1)));
            await Task.WhenAll(one.WriteAsync(cancellationToken), two.WriteAsync(cancellationToken));
        }

        one.Edit(Sample.Intend(Sample.RollBack(), "one"));
        two.Edit(Sample.Intend(Sample.RollBack(), "two"));
        await Task.WhenAll(one.WriteAsync(cancellationToken), two.WriteAsync(cancellationToken));
        one.Edit(s => s.Settled("rollback-58c4-4", new() { State = IntentState.Applied, At = Sample.Now }));
        two.Edit(s => s.Settled("rollback-58c4-4", new() { State = IntentState.LostRace, At = Sample.Now }));
        await two.WriteAsync(cancellationToken);
        await one.WriteAsync(cancellationToken);

        var read = (await store.ReadAsync("shop", one.Name, cancellationToken))!.Status!;
        Assert.That(read.Timeline, Has.Length.EqualTo(11));
        Assert.That(read.Timeline.Select(d => d.At), Is.Ordered);
        Assert.That(read.Intents.Single().Outcome!.State, Is.EqualTo(IntentState.Applied), "one decision, one intent, and done is done");
    }

    [Test]
    public async Task What_one_process_ended_another_that_lags_does_not_open_again(CancellationToken cancellationToken)
    {
        using var stale = await OpenAsync(cancellationToken);
        using var next = Sample.File(store, TimeProvider.System);
        next.Edit(s => s.Ended(RolloutOutcome.RolledBack, Sample.Now, "taken back"));
        await next.WriteAsync(cancellationToken);
        stale.Edit(s => s with { Phase = RecordedPhase.Comparing, Reason = "still looking" });
        await stale.WriteAsync(cancellationToken);

        var read = (await store.ReadAsync("shop", next.Name, cancellationToken))!.Status!;
        Assert.That((read.Phase, read.Outcome, read.Reason), Is.EqualTo((RecordedPhase.Ended, (RolloutOutcome?)RolloutOutcome.RolledBack, "taken back")));
    }

    [Test]
    public async Task An_answer_takes_nothing_back_that_was_written_meanwhile(CancellationToken cancellationToken)
    {
        using var keeper = await OpenAsync(cancellationToken);
        using var guest = new RecordFile(store, TimeProvider.System, (await store.ReadAsync("shop", keeper.Name, cancellationToken))!, isGuest: true);
        keeper.Edit(s => s with { Phase = RecordedPhase.Held, Reason = "newer" });
        await keeper.WriteAsync(cancellationToken);
        guest.Edit(s => s with { Request = new() { Id = "one", State = RequestState.Done, Message = "done", At = Sample.Now } });
        await guest.WriteAsync(cancellationToken);

        var read = (await store.ReadAsync("shop", keeper.Name, cancellationToken))!.Status!;
        Assert.That((read.Phase, read.Reason, read.Request!.Id), Is.EqualTo((RecordedPhase.Held, "newer", "one")));
    }

    [Test]
    public async Task A_record_that_somebody_deleted_is_made_again_with_all_that_is_known(CancellationToken cancellationToken)
    {
        using var file = await OpenAsync(cancellationToken);
        await store.DeleteAsync(file.Stored!, cancellationToken);
        file.Edit(Sample.Intend(Sample.RollBack()));
        await file.WriteAsync(cancellationToken);
        var read = (await store.ReadAsync("shop", file.Name, cancellationToken))!.Status!;
        Assert.That((read.Timeline.Length, read.Intents.Length), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Open_records_are_found_and_ended_ones_are_not(CancellationToken cancellationToken)
    {
        using var open = await OpenAsync(cancellationToken);
        using var ended = Sample.File(store, TimeProvider.System, number: 3);
        ended.Edit(s => s.Ended(RolloutOutcome.Healthy, Sample.Now, "fine"));
        await ended.WriteAsync(cancellationToken);
        Assert.That((await store.ListOpenAsync("shop", cancellationToken)).Select(r => r.Metadata.Name), Is.EqualTo(new[] { open.Name }));
        Assert.That(await store.ListOpenAsync(null, cancellationToken), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_record_stays_when_its_workload_is_deleted(CancellationToken cancellationToken)
    {
        server.Server.Store.Create(ResourceTypes.Deployments, "shop", System.Text.Json.Nodes.JsonNode.Parse("""
            {"metadata": {"name": "checkout"}, "spec": {"selector": {"matchLabels": {"app": "a"}},
             "template": {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}}}}
            """)!.AsObject());
        using var file = await OpenAsync(cancellationToken);
        server.Server.Store.Delete(ResourceTypes.Deployments, "shop", "checkout");
        var stored = await server.GetAsync($"apis/guardrail.dev/v1alpha1/namespaces/shop/guardedrollouts/{file.Name}");
        Assert.That(stored["metadata"]!["ownerReferences"], Is.Null, "nothing for the garbage collector to go by");
        Assert.That(await store.ReadAsync("shop", file.Name, cancellationToken), Is.Not.Null);
    }

    private async Task<RecordFile> OpenAsync(CancellationToken cancellationToken)
    {
        var file = Sample.File(store, TimeProvider.System);
        file.Edit(s => s.Decided(Sample.Decision(DecisionKind.Start)));
        await file.WriteAsync(cancellationToken);
        return file;
    }

    private static bool IsStatusWrite(ApiCall call) => call is { Verb: "update", Subresource: "status" };
}
