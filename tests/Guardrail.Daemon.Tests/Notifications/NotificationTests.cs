using Guardrail.Daemon.Notifications;
using Guardrail.Engine.Decisions;

namespace Guardrail.Daemon.Tests.Notifications;

internal sealed class NotificationTests
{
    [TestCase(DecisionKind.Hold, "hold-1", NotificationKind.RolloutHeld, NotificationSeverity.Warning)]
    [TestCase(DecisionKind.Resume, "resume-1", NotificationKind.RolloutResumed, NotificationSeverity.Info)]
    [TestCase(DecisionKind.RollBack, "rollback", NotificationKind.WouldRollBack, NotificationSeverity.Critical)]
    [TestCase(DecisionKind.Page, "page-58c9-4", NotificationKind.PersonNeeded, NotificationSeverity.Critical)]
    [TestCase(DecisionKind.Page, "contested-58c9-4", NotificationKind.Contested, NotificationSeverity.Critical)]
    [TestCase(DecisionKind.Page, "common-cause-58c9-4", NotificationKind.PersonNeeded, NotificationSeverity.Critical)]
    [TestCase(DecisionKind.NotCured, "not-cured-58c9-4", NotificationKind.CureNotVerified, NotificationSeverity.Critical)]
    [TestCase(DecisionKind.Page, "storm-58c9-4", NotificationKind.Storm, NotificationSeverity.Critical)]
    [TestCase(DecisionKind.SuspendSource, "suspend-58c9-5", NotificationKind.SourceSuspended, NotificationSeverity.Warning)]
    [TestCase(DecisionKind.Blind, "blind-1", NotificationKind.Blind, NotificationSeverity.Warning)]
    [TestCase(DecisionKind.EvidenceReturned, "seeing-1", NotificationKind.SeeingAgain, NotificationSeverity.Info)]
    [TestCase(DecisionKind.End, "end-1", NotificationKind.RolloutEnded, NotificationSeverity.Info)]
    public void A_decision_is_told_as_what_it_is(DecisionKind decision, string id, NotificationKind kind, NotificationSeverity severity)
    {
        var told = Notification.Of(Decisions.Of(decision, id));
        Assert.That(told, Is.Not.Null);
        Assert.That((told.Kind, told.Severity), Is.EqualTo((kind, severity)));
        Assert.That(told.Title, Does.Contain("shop/checkout"));
    }

    [TestCase(DecisionKind.Start)]
    [TestCase(DecisionKind.StampKnownGood)]
    [TestCase(DecisionKind.DeletePod)]
    public void What_concerns_only_the_books_is_not_told(DecisionKind kind) => Assert.That(Notification.Of(Decisions.Of(kind)), Is.Null);

    [Test]
    public void Every_decision_that_calls_a_person_is_told_as_critical()
    {
        var calls = Enum.GetValues<DecisionKind>().Select(kind => Decisions.Of(kind)).Where(d => d.CallsPerson).ToArray();
        Assert.That(calls, Has.Length.AtLeast(2));
        Assert.That(calls.Select(d => Notification.Of(d)?.Severity), Is.All.EqualTo(NotificationSeverity.Critical));
    }

    [Test]
    public void A_rollback_that_is_done_is_no_mere_advice() =>
        Assert.That(Notification.Of(Decisions.Of(DecisionKind.RollBack).WithAction())!.Kind, Is.EqualTo(NotificationKind.RolledBack));

    [Test]
    public void A_decision_that_is_tried_again_is_told_once() =>
        Assert.That(Notification.Of(Decisions.Of(DecisionKind.RollBack).WithAction() with { IsRetry = true }), Is.Null);

    [Test]
    public void The_key_follows_from_the_decision_and_not_from_when_or_where_it_was_made()
    {
        var decision = Decisions.Of(DecisionKind.Page, "page-58c9-4");
        var key = Notification.Of(decision)!.Key;
        Assert.That(key, Does.Match("^[0-9a-f]{32}$"));
        Assert.That(Notification.Of(decision with { At = decision.At.AddHours(1), Reason = "other words" })!.Key, Is.EqualTo(key));
        Assert.That(Notification.Of(decision with { Uid = "recreated" })!.Key, Is.Not.EqualTo(key));
        Assert.That(Notification.Of(decision with { Id = new("page-58c9-5") })!.Key, Is.Not.EqualTo(key));
        Assert.That(Notification.Of(decision with { Rollout = decision.Rollout with { Number = 5 } })!.Key, Is.Not.EqualTo(key));
    }
}
