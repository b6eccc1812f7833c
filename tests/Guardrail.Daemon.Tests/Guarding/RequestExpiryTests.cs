using System.Text.Json.Nodes;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>What people asked for while nobody listened.</summary>
[Category("Fault")]
[CancelAfter(60_000)]
internal sealed class RequestExpiryTests
{
    [TestCase(11, "Dropped: asked for at 2026-03-05 12:00:00Z and not answered within 10 min; nothing was done. Ask again if it is still wanted.")]
    [TestCase(9, "deployments.apps \"checkout\" not found")]
    public async Task A_request_is_dropped_with_a_reason_when_no_daemon_took_it_up_in_time(int minutes, string answer, CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero));
        await using var bench = await RecordBench.StartAsync(time, cancellationToken);
        var record = await bench.Store.CreateAsync(RecordBench.Blank(), cancellationToken);
        await bench.Store.AskAsync(record, new RolloutRequest { Id = "one", Action = RequestedAction.RollBack }, cancellationToken);

        time.Advance(TimeSpan.FromMinutes(minutes));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var requests = new PersonRequests(bench.Store, new NoActuator(), time, "test", NullLogger<PersonRequests>.Instance);
        var answered = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watching = bench.Server.Store.Subscribe(change =>
        {
            if (change.Item["status"]?["request"] is { } told)
            {
                answered.TrySetResult(told.DeepClone());
            }
        });
        requests.Follow([new GuardPolicy { Name = "shop", Namespace = "shop" }], ending.Token);
        var given = await answered.Task.WaitAsync(cancellationToken);
        await ending.CancelAsync();
        await requests.DrainAsync();

        Assert.That((string?)given["id"], Is.EqualTo("one"));
        Assert.That((string?)given["state"], Is.EqualTo("Refused"));
        Assert.That((string?)given["message"], Does.Contain(answer));
    }

    private sealed class NoActuator : IActuator
    {
        public ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is to be done.");

        public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
