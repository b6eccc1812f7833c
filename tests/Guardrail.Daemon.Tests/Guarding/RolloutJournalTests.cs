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

/// <summary>How fresh a record is that people look at, and what it costs.</summary>
[CancelAfter(60_000)]
internal sealed class RolloutJournalTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_person_s_pause_stands_in_the_record_after_three_seconds_and_what_is_no_news_after_twelve(CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider(Start);
        await using var bench = await RecordBench.StartAsync(time, cancellationToken);
        using var journal = new RolloutJournal(
            bench.Store, new RecordPruner(bench.Store, NullLogger<RecordPruner>.Instance), new Readiness(time), time, "test",
            NullLogger<RolloutJournal>.Instance);
        var fleet = new Fleet([new GuardPolicy { Name = "shop", Namespace = "shop" }]);
        Show(View("6f7d", PauseState.Running, 1));
        Show(View("58c4", PauseState.Running, 2));
        await journal.FlushAsync();
        var first = await ReadAsync();
        Assert.That(PauseOf(first), Is.EqualTo(("False", "Running")));
        Assert.That(first.Status!.AsOf, Is.EqualTo(Start));

        await PassAsync(2);
        Show(View("58c4", PauseState.ByOther, 3));
        Assert.That((await ReadAsync()).Status!.AsOf, Is.EqualTo(Start), "news twice within three seconds is written once");
        await PassAsync(1);
        var news = await ReadAsync();
        Assert.That((PauseOf(news), news.Status!.AsOf), Is.EqualTo((("True", "ByOther"), Start.AddSeconds(3))));

        await PassAsync(11);
        Assert.That((await ReadAsync()).Status!.AsOf, Is.EqualTo(Start.AddSeconds(3)), "nothing has happened");
        await PassAsync(1);
        Assert.That((await ReadAsync()).Status!.AsOf, Is.EqualTo(Start.AddSeconds(15)));

        void Show(WorkloadView view)
        {
            foreach (var decision in fleet.Observe(new WorkloadChange.Changed(view), time.GetUtcNow()).ToArray())
            {
                journal.Decided(decision, fleet.Find(view.Id));
            }
        }

        async Task PassAsync(int seconds)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            journal.Observed(fleet, time.GetUtcNow());
            await journal.FlushAsync();
        }

        async Task<GuardedRollout> ReadAsync() => (await bench.Store.ListAllAsync("shop", cancellationToken)).Single();
    }

    [Test]
    [Category("Fault")]
    public async Task A_record_that_was_let_go_of_before_its_stamp_is_written_costs_no_other_record(CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider(Start);
        await using var bench = await RecordBench.StartAsync(time, cancellationToken);
        var rollouts = Enumerable.Range(2, 3).Select(n => new RolloutId(RecordBench.Checkout, new($"r{n - 1}"), new($"r{n}"), n)).ToList();
        foreach (var rollout in rollouts)
        {
            using var file = new RecordFile(bench.Store, time, rollout, "u-1", "shop", changedBy: null);
            file.Edit(status => status.Ended(RolloutOutcome.Healthy, Start, "healthy"));
            await file.WriteAsync(cancellationToken);
        }

        using var journal = new RolloutJournal(
            bench.Store, new RecordPruner(bench.Store, NullLogger<RecordPruner>.Instance), new Readiness(time), time, "test",
            NullLogger<RolloutJournal>.Instance);
        var stamp = Stamp(rollouts[^1]);
        Assert.That(await journal.IntendAsync(stamp, cancellationToken), Is.Null);
        await journal.SettleAsync(stamp, new ActionOutcome.Applied());

        var records = await bench.Store.ListAllAsync("shop", cancellationToken);
        Assert.That(records.Select(r => r.Spec.Number), Is.EquivalentTo(rollouts.Select(r => r.Number)), "how many are to be kept is not known");
    }

    private static Decision Stamp(RolloutId rollout) => new()
    {
        Id = new("good-1"),
        Rollout = rollout,
        Uid = "u-1",
        At = Start,
        Kind = DecisionKind.StampKnownGood,
        Verdict = new Verdict.Healthy("healthy"),
        Reason = "known good",
        Action = new WorkloadAction.StampKnownGood
        {
            Decision = new("good-1"),
            Workload = rollout.Workload,
            Precondition = new("u-1", 1, rollout.To),
            Reason = "known good",
        },
    };

    private static (string Status, string Reason) PauseOf(GuardedRollout record)
    {
        var condition = record.Status!.Conditions.Single(c => c.Type == RolloutConditions.Paused);
        return (condition.Status, condition.Reason);
    }

    private static WorkloadView View(string current, PauseState pause, long generation)
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
            Pods =
            [
                .. hashes.Select(hash => new PodView
                {
                    Id = new("shop", "checkout-" + hash), Uid = "pod-" + hash, Revision = new(hash), CreatedAt = Start, ReadySince = Start,
                }),
            ],
            Pause = pause,
        };
    }
}
