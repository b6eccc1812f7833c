using Guardrail.Cli.OnCall;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.Tests.OnCall;

/// <summary>Only what makes sense is proposed, in every phase.</summary>
internal sealed class NextStepsTests
{
    private const string Running = "Running";
    private const string Guardrail = "ByGuardrail";
    private const string Person = "ByOther";

    [TestCase(RecordedPhase.Waiting, Running, "hold, rollback")]
    [TestCase(RecordedPhase.Comparing, Running, "hold, rollback")]
    [TestCase(RecordedPhase.Comparing, Person, "resume, rollback")]
    [TestCase(RecordedPhase.Held, null, "resume, hold, rollback")]
    [TestCase(RecordedPhase.Held, Guardrail, "resume, hold, rollback")]
    [TestCase(RecordedPhase.Held, Person, "resume, rollback")]
    [TestCase(RecordedPhase.Held, "ResumedByOther", "hold, rollback")]
    [TestCase(RecordedPhase.RollingBack, Running, "hold, rollback")]
    [TestCase(RecordedPhase.RollingBack, Guardrail, "hold, rollback")]
    [TestCase(RecordedPhase.NeedsPerson, Running, "hold, rollback")]
    [TestCase(RecordedPhase.NeedsPerson, Guardrail, "resume, hold, rollback")]
    [TestCase(RecordedPhase.NeedsPerson, Person, "resume, rollback")]
    [TestCase(RecordedPhase.Contested, Running, "hold, rollback")]
    public void Of_a_rollout_that_is_watched(RecordedPhase phase, string? pause, string proposed) =>
        Assert.That(Proposed(Paused(Fixtures.Rollout(phase: phase), pause)), Is.EqualTo(proposed));

    [TestCase(WorkloadKind.StatefulSet, RecordedPhase.Comparing, "hold, rollback")]
    [TestCase(WorkloadKind.StatefulSet, RecordedPhase.Held, "resume, hold, rollback")]
    [TestCase(WorkloadKind.DaemonSet, RecordedPhase.Comparing, "rollback")]
    public void A_DaemonSet_has_no_pause(WorkloadKind kind, RecordedPhase phase, string proposed) =>
        Assert.That(Proposed(Fixtures.Rollout(phase: phase, kind: kind)), Is.EqualTo(proposed));

    [TestCase(WorkloadKind.Deployment, "veto, hold, rollback")]
    [TestCase(WorkloadKind.DaemonSet, "veto, rollback")]
    public void A_rollback_that_waits_for_its_veto_window_can_be_vetoed(WorkloadKind kind, string proposed)
    {
        var record = Fixtures.Rollout(phase: RecordedPhase.RollingBack, kind: kind);
        var window = new RecordedDecision
        {
            At = Fixtures.Now,
            Decision = DecisionId.VetoWindowOf(record.Spec.RolloutOf("shop")).Value,
            Kind = DecisionKind.Page,
            Verdict = RecordedVerdict.Regressed,
            Reason = "",
        };
        Assert.That(Proposed(Fixtures.With(record, s => s with { Timeline = [.. s.Timeline, window] })), Is.EqualTo(proposed));
    }

    [Test]
    public void What_came_back_after_a_rollback_can_be_released() => Assert.That(
        Proposed(Fixtures.With(Fixtures.Rollout(phase: RecordedPhase.Contested), s => s with
        {
            Conditions = [.. s.Conditions, RecordCondition.Make(RolloutConditions.Quarantined, true, "RolledBack", "", Fixtures.Now)],
        })),
        Is.EqualTo("release, hold, rollback"));

    [Test]
    public void What_is_over_can_be_released_or_nothing()
    {
        Assert.That(Proposed(Fixtures.RolledBack()), Is.EqualTo("release"));
        Assert.That(Proposed(Fixtures.With(Fixtures.RolledBack(), s => s with { Conditions = [] })), Is.Empty);
    }

    [TestCase(RequestedAction.Hold, 10, "resume, rollback")]
    [TestCase(RequestedAction.Resume, 10, "hold, rollback")]
    [TestCase(RequestedAction.Hold, -10, "hold, rollback", Description = "the record has been described since, and knows better")]
    public void What_a_person_has_just_asked_for_counts_before_the_record_is_described_anew(RequestedAction action, int answeredAfter, string proposed)
    {
        var record = Paused(Fixtures.Rollout(), Running);
        record = Fixtures.With(record with { Spec = record.Spec with { Request = new() { Id = "1", Action = action } } }, s => s with
        {
            AsOf = Fixtures.Now,
            Request = new() { Id = "1", State = RequestState.Done, Message = "", At = Fixtures.Now.AddSeconds(answeredAfter) },
        });
        Assert.That(Proposed(record), Is.EqualTo(proposed));
    }

    private static GuardedRollout Paused(GuardedRollout record, string? reason) => reason is null ? record : Fixtures.With(record, s => s with
    {
        Conditions = [.. s.Conditions, RecordCondition.Make(RolloutConditions.Paused, reason is Guardrail or Person, reason, "", Fixtures.Now)],
    });

    private static string Proposed(GuardedRollout record) => string.Join(", ", NextSteps.For(record).Select(s => s.Command.Split(' ')[1]));
}
