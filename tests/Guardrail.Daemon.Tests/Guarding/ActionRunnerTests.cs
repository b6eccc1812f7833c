using System.Collections.Concurrent;
using System.Threading.Channels;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

[CancelAfter(20_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ActionRunnerTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Channel<GuardMessage> messages = Channel.CreateUnbounded<GuardMessage>();

    [Test]
    public async Task Changes_of_one_workload_follow_each_other_and_those_of_another_do_not_wait(CancellationToken cancellationToken)
    {
        var actuator = new SlowActuator();
        var runner = new ActionRunner(actuator, time, NullLogger<ActionRunner>.Instance);
        runner.Begin(Hold("a", "1"), messages.Writer, CancellationToken.None);
        runner.Begin(Hold("a", "2"), messages.Writer, CancellationToken.None);
        runner.Begin(Hold("b", "3"), messages.Writer, CancellationToken.None);
        await actuator.UntilBegunAsync(2, cancellationToken);
        Assert.That(actuator.Begun, Is.EquivalentTo(new[] { "1", "3" }));

        actuator.Finish("1");
        await actuator.UntilBegunAsync(3, cancellationToken);
        actuator.Finish("2");
        actuator.Finish("3");
        await runner.DrainAsync().WaitAsync(cancellationToken);
        Assert.That(messages.Reader.Count, Is.EqualTo(3), "each outcome is told");
    }

    [Test]
    public async Task A_stop_lets_the_write_under_way_finish_and_begins_no_other(CancellationToken cancellationToken)
    {
        var actuator = new SlowActuator();
        var runner = new ActionRunner(actuator, time, NullLogger<ActionRunner>.Instance);
        using var stop = new CancellationTokenSource();
        runner.Begin(Hold("a", "1"), messages.Writer, stop.Token);
        runner.Begin(Hold("a", "2"), messages.Writer, stop.Token);
        await actuator.UntilBegunAsync(1, cancellationToken);

        await stop.CancelAsync();
        var drained = runner.DrainAsync();
        Assert.That(drained.IsCompleted, Is.False);
        actuator.Finish("1");
        await drained.WaitAsync(cancellationToken);

        Assert.That(actuator.Begun, Is.EqualTo(new[] { "1" }));
        Assert.That(await OutcomeAsync(cancellationToken), Is.InstanceOf<ActionOutcome.Applied>());
    }

    [Test]
    public async Task A_write_without_an_answer_fails_after_20_seconds(CancellationToken cancellationToken)
    {
        var actuator = new SlowActuator();
        var runner = new ActionRunner(actuator, time, NullLogger<ActionRunner>.Instance);
        runner.Begin(Hold("a", "1"), messages.Writer, CancellationToken.None);
        await actuator.UntilBegunAsync(1, cancellationToken);
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.That(await OutcomeAsync(cancellationToken), Is.EqualTo(new ActionOutcome.Failed("no answer within 20 s")));
    }

    [Test]
    [Category("Fault")]
    public async Task A_fault_that_nobody_expects_is_an_answer_as_well_and_what_follows_is_done(CancellationToken cancellationToken)
    {
        var actuator = new SlowActuator();
        var runner = new ActionRunner(actuator, time, NullLogger<ActionRunner>.Instance, new TornJournal());
        runner.Begin(Hold("a", "1"), messages.Writer, CancellationToken.None);
        Assert.That(await OutcomeAsync(cancellationToken), Is.EqualTo(new ActionOutcome.Failed("unexpected: torn")));

        runner.Begin(Hold("a", "2"), messages.Writer, CancellationToken.None);
        await actuator.UntilBegunAsync(1, cancellationToken);
        actuator.Finish("2");
        Assert.That(await OutcomeAsync(cancellationToken), Is.InstanceOf<ActionOutcome.Applied>());
    }

    private async Task<ActionOutcome> OutcomeAsync(CancellationToken cancellationToken) =>
        ((GuardMessage.Action)await messages.Reader.ReadAsync(cancellationToken)).Report.Outcome;

    private static Decision Hold(string workload, string id)
    {
        var rollout = new RolloutId(new("shop", WorkloadKind.Deployment, workload), new("old"), new("new"), 2);
        return new Decision
        {
            Id = new(id),
            Rollout = rollout,
            Uid = "uid",
            At = default,
            Kind = DecisionKind.Hold,
            Verdict = new Verdict.NoEvidence("none"),
            Reason = "to compare",
            Action = new WorkloadAction.Hold
            {
                Decision = new(id),
                Workload = rollout.Workload,
                Precondition = new("uid", 1, new("new")),
                Reason = "to compare",
            },
        };
    }

    /// <summary>Fails at the first intent, as no journal should.</summary>
    private sealed class TornJournal : IRolloutJournal
    {
        private readonly NoJournal none = new();
        private bool torn;

        public Task<string?> IntendAsync(Decision decision, CancellationToken cancellationToken)
        {
            var (first, _) = (!torn, torn = true);
            return first ? throw new InvalidOperationException("torn") : none.IntendAsync(decision, cancellationToken);
        }

        public void Decided(Decision decision, GuardedWorkload? guarded) => none.Decided(decision, guarded);

        public void Observed(Fleet fleet, DateTimeOffset at) => none.Observed(fleet, at);

        public Task<LoadedRecords> LoadAsync(IReadOnlySet<string> namespaces, CancellationToken cancellationToken) => none.LoadAsync(namespaces, cancellationToken);

        public void Close(OpenRecord record, WorkloadView? view) => none.Close(record, view);

        public Task SettleAsync(Decision decision, ActionOutcome outcome) => none.SettleAsync(decision, outcome);

        public Task FlushAsync() => none.FlushAsync();

        public void Abandon() => none.Abandon();
    }

    private sealed class SlowActuator : IActuator
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource> writes = new();
        private readonly ConcurrentQueue<string> begun = new();
        private readonly Channel<byte> changed = Channel.CreateUnbounded<byte>();

        public string[] Begun => [.. begun];

        public void Finish(string id) => Of(id).TrySetResult();

        public async Task UntilBegunAsync(int count, CancellationToken cancellationToken)
        {
            while (begun.Count < count)
            {
                await changed.Reader.ReadAsync(cancellationToken);
            }
        }

        public async ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken)
        {
            begun.Enqueue(action.Decision.Value);
            changed.Writer.TryWrite(0);
            await Of(action.Decision.Value).Task.WaitAsync(cancellationToken);
            return new ActionOutcome.Applied();
        }

        public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        private TaskCompletionSource Of(string id) => writes.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
