using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Kubernetes.Tests.Records;

/// <summary>A rolled back rollout is over, and something is left to be watched.</summary>
public sealed class RecordedCureTests
{
    private static readonly Checkpoint Kept = new() { At = Sample.Now, Format = "f", Data = "d" };

    [Test]
    public void The_checkpoint_outlives_the_end_until_the_cure_is_known()
    {
        var ended = Rolledback();
        Assert.That((ended.IsOpen(), ended.Checkpoint), Is.EqualTo((true, Kept)));

        var known = ended.Decided(Sample.Decision(DecisionKind.Cured, 60));
        Assert.That((known.IsOpen(), known.Checkpoint, known.Cure!.State), Is.EqualTo((false, (Checkpoint?)null, RecordedCureState.Cured)));
        Assert.That(known.Outcome, Is.EqualTo(RolloutOutcome.RolledBack));
    }

    [TestCase(DecisionKind.NotCured, RecordedCureState.NotCured)]
    [TestCase(DecisionKind.CureUnknown, RecordedCureState.Unknown)]
    public void Every_answer_is_recorded(DecisionKind kind, RecordedCureState state) =>
        Assert.That(Rolledback().Decided(Sample.Decision(kind, 60)).Cure!.State, Is.EqualTo(state));

    [Test]
    [Category("Fault")]
    public void An_answer_is_not_lost_to_another_process_that_knows_less()
    {
        var known = Rolledback().Decided(Sample.Decision(DecisionKind.NotCured, 60));
        Assert.That(Rolledback().Over(known).Cure!.State, Is.EqualTo(RecordedCureState.NotCured));
        Assert.That(known.Over(Rolledback()).Cure!.State, Is.EqualTo(RecordedCureState.NotCured));
    }

    [Test]
    public void Without_a_rollback_of_Guardrails_nothing_is_left_after_the_end()
    {
        var ended = (new GuardedRolloutStatus() with { Checkpoint = Kept }).Ended(RolloutOutcome.Healthy, Sample.Now, "fine");
        Assert.That((ended.IsOpen(), ended.Checkpoint), Is.EqualTo((false, (Checkpoint?)null)));
    }

    [Test]
    public void A_deletion_of_a_pod_is_written_down_with_all_that_repeating_it_takes()
    {
        var action = new WorkloadAction.DeletePod
        {
            Decision = new("delete-db-3-p"),
            Workload = Sample.Checkout,
            Precondition = new("u-1", 7, new Engine.Workloads.RevisionId("6f7d")),
            Reason = "stuck",
            Pod = new("shop", "db-3"),
            PodUid = "p",
        };
        Assert.That(Intent.Of(action, Sample.Now, "one").ToAction(Sample.Checkout), Is.EqualTo(action));
    }

    private static GuardedRolloutStatus Rolledback() =>
        (new GuardedRolloutStatus() with { Checkpoint = Kept, Cure = new() { State = RecordedCureState.Watched, At = Sample.Now } })
            .Ended(RolloutOutcome.RolledBack, Sample.Now, "bad");
}
