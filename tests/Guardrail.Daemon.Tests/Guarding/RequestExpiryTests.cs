using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Policies;
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
        var requests = new PersonRequests(bench.Store, new NoActuator(), time, "test", NullLogger<PersonRequests>.Instance);
        var given = await bench.AnswerAsync(requests, new GuardPolicy { Name = "shop", Namespace = "shop" }, cancellationToken);

        Assert.That((string?)given["id"], Is.EqualTo("one"));
        Assert.That((string?)given["state"], Is.EqualTo("Refused"));
        Assert.That((string?)given["message"], Does.Contain(answer));
    }
}
