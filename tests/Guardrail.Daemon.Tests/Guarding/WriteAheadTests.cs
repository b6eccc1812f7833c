using System.Threading.Channels;
using Guardrail.Daemon.Guarding;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Ports;
using Guardrail.Engine.Workloads;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Guardrail.Daemon.Tests.Guarding;

/// <summary>What is written when, while an action is carried out.</summary>
[CancelAfter(20_000)]
internal sealed class WriteAheadTests
{
    private Channel<GuardMessage> messages = null!;

    [SetUp]
    public void Begin() => messages = Channel.CreateUnbounded<GuardMessage>();

    [Test]
    public async Task The_intent_stands_before_the_patch_and_the_outcome_after_it(CancellationToken cancellationToken)
    {
        var story = new Story();
        await RunAsync(story, cancellationToken);
        Assert.That(story.Told, Is.EqualTo(new[]
        {
            "BeforeIntent", "intent", "AfterIntent", "BeforePatch", "patch", "AfterPatch", "BeforeOutcome", "outcome Applied", "AfterOutcome",
        }));
    }

    [Test]
    public async Task Configuration_goes_back_after_the_intent_and_before_the_patch_and_is_told_with_the_outcome(CancellationToken cancellationToken)
    {
        var story = new Story();
        await RunAsync(story, cancellationToken, RollBack("1"));
        Assert.That(story.Told, Is.EqualTo(new[]
        {
            "BeforeIntent", "intent", "AfterIntent", "BeforeConfiguration", "prepare", "AfterConfiguration", "BeforePatch", "patch", "AfterPatch",
            "BeforeOutcome", "outcome Applied", "AfterOutcome", "ConfigurationRestored: restored with it: ConfigMap env",
        }));
        var message = (GuardMessage.Action)await messages.Reader.ReadAsync(cancellationToken);
        Assert.That(message.Report.Outcome.Note, Is.EqualTo("restored with it: ConfigMap env"));
    }

    [Test]
    [Category("Fault")]
    public async Task Configuration_that_cannot_be_restored_in_time_does_not_keep_the_workload_from_going_back(CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider();
        var story = new Story { NeverPrepares = true };
        var runner = new ActionRunner(story, time, NullLogger<ActionRunner>.Instance, story, [story]);
        runner.Begin(RollBack("1"), messages.Writer, CancellationToken.None);
        await story.Preparing.Task.WaitAsync(cancellationToken);
        time.Advance(TimeSpan.FromSeconds(8));
        await runner.DrainAsync().WaitAsync(cancellationToken);
        Assert.That(story.Told, Does.Contain("patch").And.Contain("outcome Applied"));
        Assert.That(story.Told[^1], Does.StartWith("ConfigurationNotRestored: ").And.Contain("longer than 8 s"));
    }

    [Test]
    [Category("Fault")]
    public async Task Without_its_intent_an_action_is_not_begun_and_is_asked_for_again(CancellationToken cancellationToken)
    {
        var story = new Story { Obstacle = "etcd is away" };
        await RunAsync(story, cancellationToken);
        Assert.That(story.Told, Is.EqualTo(new[] { "BeforeIntent", "intent" }));
        var message = (GuardMessage.Action)await messages.Reader.ReadAsync(cancellationToken);
        Assert.That(message.Report.Outcome, Is.EqualTo(new ActionOutcome.Failed("etcd is away")));
    }

    [Test]
    [Category("Fault")]
    public async Task Death_at_a_step_lets_nothing_more_be_written([Values] ActingStep step, CancellationToken cancellationToken)
    {
        var story = new Story { DiesAt = step };
        var runner = await RunAsync(story, cancellationToken, IsOfConfiguration(step) ? RollBack("1") : Hold("1"));
        Assert.That(runner.Death.IsFaulted);
        Assert.That(story.Told[^2..], Is.EqualTo(new[] { step.ToString(), "abandoned" }));

        runner.Begin(Hold("2"), messages.Writer, CancellationToken.None);
        await runner.DrainAsync().WaitAsync(cancellationToken);
        Assert.That(story.Told[^1], Is.EqualTo("abandoned"), "the dead begin nothing");
    }

    private static bool IsOfConfiguration(ActingStep step) => step is ActingStep.BeforeConfiguration or ActingStep.AfterConfiguration;

    private async Task<ActionRunner> RunAsync(Story story, CancellationToken cancellationToken, Decision? decision = null)
    {
        var runner = new ActionRunner(story, new FakeTimeProvider(), NullLogger<ActionRunner>.Instance, story, [story]);
        runner.Begin(decision ?? Hold("1"), messages.Writer, CancellationToken.None);
        await runner.DrainAsync().WaitAsync(cancellationToken);
        return runner;
    }

    private static Decision Hold(string id)
    {
        var workload = new WorkloadId("shop", WorkloadKind.Deployment, "checkout");
        return new Decision
        {
            Id = new(id),
            Rollout = new(workload, new("a"), new("b"), 2),
            Uid = "u",
            At = default,
            Kind = DecisionKind.Hold,
            Verdict = new Verdict.Undecided("r"),
            Reason = "r",
            Action = new WorkloadAction.Hold { Decision = new(id), Workload = workload, Precondition = new("u", 1, new RevisionId("b")), Reason = "r" },
            IsRetry = true,
        };
    }

    private static Decision RollBack(string id)
    {
        var hold = Hold(id);
        return hold with
        {
            Kind = DecisionKind.RollBack,
            Action = new WorkloadAction.RollBack
            {
                Decision = hold.Id,
                Workload = hold.Rollout.Workload,
                Precondition = hold.Action!.Precondition,
                Reason = "r",
                To = new("a"),
                Configuration = Engine.Policies.ConfigurationScope.ConfigMaps,
            },
        };
    }

    /// <summary>Journal, actuator and observer in one: tells the order of what happens.</summary>
    private sealed class Story : IRolloutJournal, IActuator, IDecisionListener, IActingObserver
    {
        public List<string> Told { get; } = [];

        public string? Obstacle { get; init; }

        public ActingStep? DiesAt { get; init; }

        public bool NeverPrepares { get; init; }

        public TaskCompletionSource Preparing { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Reached(ActingStep step, Decision decision)
        {
            Told.Add(step.ToString());
            if (step == DiesAt)
            {
                throw new InvalidOperationException("killed on purpose");
            }
        }

        public Task<string?> IntendAsync(Decision decision, CancellationToken cancellationToken)
        {
            Told.Add("intent");
            return Task.FromResult(Obstacle);
        }

        public ValueTask<ActionOutcome> ApplyAsync(WorkloadAction action, CancellationToken cancellationToken)
        {
            Told.Add("patch");
            return ValueTask.FromResult<ActionOutcome>(new ActionOutcome.Applied());
        }

        public Task SettleAsync(Decision decision, ActionOutcome outcome)
        {
            Told.Add("outcome " + outcome.GetType().Name);
            return Task.CompletedTask;
        }

        public void Abandon() => Told.Add("abandoned");

        public async ValueTask<Preparation> PrepareAsync(WorkloadAction action, CancellationToken cancellationToken)
        {
            Told.Add("prepare");
            Preparing.TrySetResult();
            if (NeverPrepares)
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            return new("restored with it: ConfigMap env");
        }

        public ValueTask AnnounceAsync(Announcement announcement, CancellationToken cancellationToken)
        {
            Told.Add($"{announcement.Kind}: {announcement.Message}");
            return ValueTask.CompletedTask;
        }

        public void Decided(Decision decision, GuardedWorkload? guarded)
        {
        }

        public void Decided(Decision decision)
        {
        }

        public void Acted(Decision decision, ActionReport report)
        {
        }

        public void Observed(Fleet fleet, DateTimeOffset at)
        {
        }

        public void Observed(Fleet fleet, MetricReport report)
        {
        }

        public Task<LoadedRecords> LoadAsync(IReadOnlySet<string> namespaces, CancellationToken cancellationToken) => Task.FromResult(LoadedRecords.None);

        public void Close(OpenRecord record, WorkloadView? view)
        {
        }

        public Task FlushAsync() => Task.CompletedTask;
    }
}
