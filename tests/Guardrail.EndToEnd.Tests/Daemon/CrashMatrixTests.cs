using Guardrail.Daemon.Guarding;
using Guardrail.EndToEnd.Tests.Harness;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;

namespace Guardrail.EndToEnd.Tests.Daemon;

/// <summary>
/// The daemon dies at every step of every action, and another one starts on the same cluster. Whatever the step: one rollback at most, and a record
/// that tells the whole story.
/// </summary>
[Category("EndToEnd")]
[Category("Fault")]
[Category("Slow")]
[CancelAfter(180_000)]
internal sealed class CrashMatrixTests
{
    private const int Prelude = 6;

    /// <summary>The steps of every action; those of configuration are gone through in ConfigurationCrashTests.</summary>
    private static readonly ActingStep[] Steps =
        [.. Enum.GetValues<ActingStep>().Except([ActingStep.BeforeConfiguration, ActingStep.AfterConfiguration])];

    [Test]
    public Task A_bad_release_is_taken_back_once_though_the_daemon_died_while_holding_it([ValueSource(nameof(Steps))] ActingStep step, CancellationToken cancellationToken) =>
        TakenBackOnceAsync(DecisionKind.Hold, step, cancellationToken);

    [Test]
    public Task A_bad_release_is_taken_back_once_though_the_daemon_died_while_rolling_it_back([ValueSource(nameof(Steps))] ActingStep step, CancellationToken cancellationToken) =>
        TakenBackOnceAsync(DecisionKind.RollBack, step, cancellationToken);

    [Test]
    public async Task A_good_release_goes_through_though_the_daemon_died_while_resuming_it([ValueSource(nameof(Steps))] ActingStep step, CancellationToken cancellationToken)
    {
        await using var shop = await TestShop.StartAsync(cancellationToken);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await DieAsync(shop, TestShop.Good, DecisionKind.Resume, step, cancellationToken);

        await using var next = await GuardedDaemon.StartRecordingAsync(shop, PolicyText.For(TestShop.Space), cancellationToken);
        var record = await records.UntilAsync(
            shop, s => s.Outcome is not null && s.Intents.All(i => i.Outcome is not null), "a record that is complete", cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Good }));
        Assert.That(shop.History.Rollbacks, Is.Zero);
        Assert.That(shop.History.States[^1].Paused, Is.False);
        var resumes = record.Status!.Intents.Where(i => i.Action == IntendedAction.Resume).ToArray();
        Assert.That(resumes.Count(i => i.Outcome!.State == IntentState.Applied) + resumes.Count(i => i.Outcome!.State == IntentState.AlreadyDone), Is.EqualTo(1));
        Assert.That(record.Status.Outcome, Is.EqualTo(RolloutOutcome.Healthy).Or.EqualTo(RolloutOutcome.Undecided));
        Assert.That(record.Status.Checkpoint, Is.Null, "what is over needs none");
    }

    private static async Task TakenBackOnceAsync(DecisionKind kind, ActingStep step, CancellationToken cancellationToken)
    {
        // A rollout that nobody holds must not be over before the next daemon is there: without old pods, and without history, nothing can be told.
        await using var shop = await TestShop.StartAsync(cancellationToken, readyAfterSeconds: kind == DecisionKind.Hold ? 4 : 1.5);
        using var records = await RolloutRecords.InstallAsync(shop, cancellationToken);
        await DieAsync(shop, TestShop.Bad, kind, step, cancellationToken);
        var written = (await records.ListAsync(cancellationToken)).SingleOrDefault()?.Status?.Intents.Any(i => i.Action.ToString() == kind.ToString()) ?? false;
        Assert.That(written, Is.EqualTo(step != ActingStep.BeforeIntent), "the intent stands before the act");

        await using var next = await GuardedDaemon.StartRecordingAsync(shop, PolicyText.For(TestShop.Space, stepSeconds: 12), cancellationToken);
        var record = await records.UntilAsync(
            shop, s => s.Outcome is not null && s.Intents.All(i => i.Outcome is not null), "a record that is complete", cancellationToken);

        Assert.That(shop.History.Images, Is.EqualTo(new[] { TestShop.First, TestShop.Bad, TestShop.First }), "one change of the template took it back");
        Assert.That(shop.History.Rollbacks, Is.EqualTo(1));
        Assert.That(record.Status!.Outcome, Is.EqualTo(RolloutOutcome.RolledBack), record.Status.Reason);
        var rollback = record.Status.Intents.Single(i => i.Action == IntendedAction.RollBack);
        Assert.That(rollback.Outcome!.State, Is.EqualTo(IntentState.Applied).Or.EqualTo(IntentState.AlreadyDone));
        Assert.That(shop.History.States[^1].RolledBackBy, Is.EqualTo(rollback.Decision), "the workload names the same decision");
        var told = record.Status.Timeline.Select(d => d.Kind).ToArray();
        Assert.That(told.First(), Is.EqualTo(DecisionKind.Start));
        Assert.That(told.Count(k => k == DecisionKind.RollBack), Is.EqualTo(1));
        Assert.That(told.Where(k => k is not (DecisionKind.Cured or DecisionKind.NotCured or DecisionKind.CureUnknown)).Last(), Is.EqualTo(DecisionKind.End));
    }

    /// <summary>A daemon that dies at a step, and leaves a rollout behind.</summary>
    private static async Task DieAsync(TestShop shop, string image, DecisionKind kind, ActingStep step, CancellationToken cancellationToken)
    {
        // Steps of four seconds may pass, rarely, before a release that fails one request in twenty has shown it: it is to be taken back here.
        var policy = image == TestShop.Bad ? PolicyText.For(TestShop.Space, stepSeconds: 12) : PolicyText.For(TestShop.Space);
        await using var daemon = await GuardedDaemon.StartRecordingAsync(shop, policy, cancellationToken, new DeathAt(kind, step));
        await daemon.Decisions.UntilToldAsync(Prelude, cancellationToken);
        shop.Deploy(image);
        Assert.That(await daemon.EndAsync(cancellationToken), Is.EqualTo(3), daemon.Decisions.ToString());
    }

    private sealed class DeathAt(DecisionKind kind, ActingStep at) : IDecisionListener, IActingObserver
    {
        public void Decided(Decision decision)
        {
        }

        public void Acted(Decision decision, ActionReport report)
        {
        }

        public void Observed(Fleet fleet, MetricReport report)
        {
        }

        public void Reached(ActingStep step, Decision decision)
        {
            if (decision.Kind == kind && step == at)
            {
                throw new InvalidOperationException("killed on purpose");
            }
        }
    }
}
