using System.Collections.Immutable;
using Guardrail.Daemon.Guarding;
using Guardrail.Daemon.Health;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Rollouts;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>What a daemon finds of a rollback that a person asked for, when the one before it died in the middle.</summary>
[Category("Fault")]
[CancelAfter(60_000)]
internal sealed class InterruptedRequestTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly RolloutId Rollout = new(RecordBench.Checkout, new("6f7d"), new("58c4"), 2);

    [TestCase("one", 1, "rollback-58c4-2", Description = "who carries requests out answers it")]
    [TestCase("two", 1, "rollback-58c4-2 request-one", Description = "nobody waits for it any more")]
    [TestCase("one", 11, "", Description = "both are too old")]
    public async Task An_open_intent_is_carried_out_by_one_alone(string asked, int minutes, string finished, CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider(Start);
        await using var bench = await RecordBench.StartAsync(time, cancellationToken);
        using (var file = new RecordFile(bench.Store, time, Rollout, "u-1", "shop", changedBy: null))
        {
            file.Edit(status => status.Intended(IntentOf("rollback-58c4-2")).Intended(IntentOf("request-one")));
            await file.WriteAsync(cancellationToken);
            await bench.Store.AskAsync(file.Stored!, new() { Id = asked, Action = RequestedAction.RollBack }, cancellationToken);
        }

        time.Advance(TimeSpan.FromMinutes(minutes));
        using var journal = new RolloutJournal(
            bench.Store, new RecordPruner(bench.Store, NullLogger<RecordPruner>.Instance), new Readiness(time), time, "test",
            NullLogger<RolloutJournal>.Instance);
        var resumption = new RecordResumption(journal, NullLogger<RecordResumption>.Instance);
        ImmutableArray<GuardPolicy> policies = [new GuardPolicy { Name = "shop", Namespace = "shop", Autonomy = Autonomy.Enforce }];
        var fleet = new Fleet(policies);
        await resumption.BeginAsync(fleet, policies, cancellationToken);
        fleet.Observe(new WorkloadChange.Changed(View("6f7d", 1)), time.GetUtcNow());
        fleet.Observe(new WorkloadChange.Changed(View("58c4", 2)), time.GetUtcNow());

        Assert.That(string.Join(' ', resumption.Finish(fleet, time.GetUtcNow()).Select(d => d.Id)), Is.EqualTo(finished));
    }

    [TestCase("request-one", RolloutOutcome.RolledBack, "rolled back because alice asked for it; Guardrail was stopped before it could see it")]
    [TestCase("request-two", RolloutOutcome.Superseded, "replaced while Guardrail was stopped")]
    public async Task A_rollout_that_the_workload_shows_to_be_taken_back_on_request_ends_so(
        string rolledBackBy, RolloutOutcome outcome, string reason, CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider(Start);
        await using var bench = await RecordBench.StartAsync(time, cancellationToken);
        using var file = new RecordFile(bench.Store, time, Rollout, "u-1", "shop", changedBy: null);
        file.Edit(status => status.Intended(IntentOf("request-one")));
        var view = View("6f7d", 3) with { RequestedRollback = new(rolledBackBy, "because alice asked for it") };
        Assert.That(RecordClosing.Of(file, view), Is.EqualTo((outcome, reason)));
    }

    private static Intent IntentOf(string decision) => Intent.Of(
        new WorkloadAction.RollBack
        {
            Decision = new(decision),
            Workload = Rollout.Workload,
            Precondition = new("u-1", 2, Rollout.To),
            Reason = "rolled back because alice asked for it",
            To = Rollout.From,
        },
        Start,
        "before");

    private static WorkloadView View(string current, long generation)
    {
        ImmutableArray<string> hashes = generation == 1 ? ["6f7d"] : ["6f7d", "58c4"];
        return new()
        {
            Id = RecordBench.Checkout,
            Uid = "u-1",
            Generation = generation,
            DesiredReplicas = 2,
            CurrentRevision = new(current),
            Revisions = [.. hashes.Select((hash, i) => new RevisionView { Id = new(hash), Number = i + 1, DesiredReplicas = 1 })],
            Pods = [],
        };
    }
}
