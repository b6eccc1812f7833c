using Guardrail.Daemon.Notifications;
using Guardrail.Engine.Decisions;

namespace Guardrail.Daemon.Tests.Notifications;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AlertBookTests
{
    private static readonly DateTimeOffset Noon = Decisions.Noon;
    private readonly AlertBook book = new(new AlertmanagerOptions());

    [Test]
    public void An_alert_fires_until_what_it_tells_is_over()
    {
        book.Take(Decisions.Notify(DecisionKind.Blind), Noon);
        Assert.That(Firing(60), Is.EqualTo(new[] { "Blind" }));
        Assert.That(book.Due(Noon.AddHours(1)).Single().EndsAt, Is.EqualTo(Noon.AddHours(1).AddMinutes(4)), "kept alive past the next post");

        book.Take(Decisions.Notify(DecisionKind.EvidenceReturned), Noon.AddHours(1));
        Assert.That(Firing(60.01), Is.Empty);
        Assert.That(book.Due(Noon.AddMinutes(60.01)).Single().EndsAt, Is.EqualTo(Noon.AddHours(1)), "its end is told");
        _ = book.Due(Noon.AddMinutes(65));
        Assert.That(book.Due(Noon.AddMinutes(66)), Is.Empty, "then it is forgotten");
    }

    [Test]
    public void It_fires_for_5_minutes_at_least_for_a_group_to_form()
    {
        book.Take(Decisions.Notify(DecisionKind.Hold), Noon);
        book.Take(Decisions.Notify(DecisionKind.Resume), Noon.AddSeconds(10));
        Assert.That(Firing(4.9), Is.EqualTo(new[] { "RolloutHeld" }));
        Assert.That(Firing(5), Is.Empty);
    }

    [Test]
    public void The_end_of_a_rollout_ends_all_but_what_has_happened()
    {
        book.Take(Decisions.Notify(DecisionKind.Page), Noon);
        book.Take(Notification.Of(Decisions.Of(DecisionKind.RollBack).WithAction())!, Noon);
        book.Take(Decisions.Notify(DecisionKind.Page, workload: "other"), Noon);
        book.Take(Decisions.Notify(DecisionKind.End), Noon.AddMinutes(6));
        Assert.That(book.Due(Noon.AddMinutes(7)).Where(d => d.EndsAt > Noon.AddMinutes(7)).Select(d => (d.Alert.What.Kind, d.Alert.What.Rollout!.Value.Workload.Name)),
            Is.EquivalentTo(new[] { (NotificationKind.RolledBack, "checkout"), (NotificationKind.PersonNeeded, "other") }));
        Assert.That(Firing(15), Is.EqualTo(new[] { "PersonNeeded" }), "a rollback fires for a quarter of an hour");
    }

    [Test]
    public void Told_again_it_goes_on_and_after_its_end_it_begins_anew()
    {
        book.Take(Decisions.Notify(DecisionKind.Page), Noon);
        book.Take(Decisions.Notify(DecisionKind.Page, "page-again"), Noon.AddMinutes(1));
        Assert.That(book.Due(Noon.AddMinutes(1)).Single().Alert.Since, Is.EqualTo(Noon));

        book.Take(Decisions.Notify(DecisionKind.End), Noon.AddMinutes(10));
        book.Take(Decisions.Notify(DecisionKind.Page, "page-later") with { At = Noon.AddMinutes(11) }, Noon.AddMinutes(11));
        Assert.That(book.Due(Noon.AddMinutes(11)).Single().Alert.Since, Is.EqualTo(Noon.AddMinutes(11)));
    }

    [Test]
    public void There_are_never_more_than_the_limit()
    {
        var small = new AlertBook(new AlertmanagerOptions { Most = 3 });
        for (var i = 0; i < 10; i++)
        {
            small.Take(Decisions.Notify(DecisionKind.Page, workload: $"w{i}") with { At = Noon.AddSeconds(i) }, Noon.AddSeconds(i));
        }

        Assert.That(small.Due(Noon.AddSeconds(10)).Select(d => d.Alert.What.Rollout!.Value.Workload.Name), Is.EquivalentTo(new[] { "w7", "w8", "w9" }));
    }

    private string[] Firing(double minutes) =>
        [.. book.Due(Noon.AddMinutes(minutes)).Where(d => d.EndsAt > Noon.AddMinutes(minutes)).Select(d => d.Alert.What.Kind.ToString())];
}
