using System.Collections.Immutable;
using Guardrail.Simulation.Drills;

namespace Guardrail.Simulation.Tests.Drills;

public sealed class DrillOverviewTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromDays(90);
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly ImmutableArray<DrillResult> Held =
    [
        Drilled.Result("2026-06-01", "march", "anna,carla", Drilled.Score(60, 120, 300)),
        Drilled.Result("2026-10-01", "march", "anna,ben", Drilled.Score(30, 150, 200)),
        Drilled.Result("2026-07-01", "tail", "ben", Drilled.Score(30, 60, null)),
        Drilled.Result("2027-01-01", "march", "dora"),
    ];

    [Test]
    public void Overdue_is_who_or_what_was_not_drilled_within_the_interval()
    {
        var overview = DrillOverview.Of(Held, [], Now, Quarter);
        Assert.Multiple(() =>
        {
            Assert.That(overview.People.Select(p => (p.Name, p.Recent, p.IsOverdue)), Is.EqualTo(new[] { ("anna", 1, false), ("ben", 1, false), ("carla", 0, true) }));
            Assert.That(overview.Scenarios.Select(s => (s.Name, s.Drills, s.IsOverdue)), Is.EqualTo(new[] { ("march", 2, false), ("tail", 1, true) }));
            Assert.That(overview.Recent, Has.Length.EqualTo(1), "what is to come is left out");
            Assert.That(overview.IsOverdue, Is.True);
            Assert.That(DrillHeadline.Of(overview), Is.EqualTo("1 drill in the last 90 days. Overdue: carla, tail."));
        });
    }

    [Test]
    public void The_day_on_which_it_is_due_is_overdue_and_the_moment_before_is_not()
    {
        var due = Held[1].StartedAt + Quarter;
        Assert.That(DrillOverview.Of([Held[1]], [], due - TimeSpan.FromSeconds(1), Quarter).IsOverdue, Is.False);
        Assert.That(DrillOverview.Of([Held[1]], [], due, Quarter).IsOverdue, Is.True);
    }

    [Test]
    public void A_team_that_is_named_holds_those_to_account_who_never_took_part_and_forgets_who_left()
    {
        var overview = DrillOverview.Of(Held, ["anna", "emil"], Now, Quarter);
        Assert.That(overview.People.Select(p => (p.Name, p.LastAt is null, p.IsOverdue)), Is.EqualTo(new[] { ("anna", false, false), ("emil", true, true) }));
    }

    [Test]
    public void The_trend_is_against_the_drill_before_of_the_same_scenario()
    {
        var march = DrillOverview.Of(Held, [], Now, Quarter).Scenarios[0];
        Assert.That(DrillWords.Change(march.Change(s => s.Mitigated)), Is.EqualTo("1 min 40 s faster"));
        Assert.That(DrillWords.Change(march.Change(s => s.Decided)), Is.EqualTo("30 s slower"));
        Assert.That(DrillOverview.Of(Held, [], Now, Quarter).Scenarios[1].Change(s => s.Mitigated), Is.Null);
    }

    [Test]
    public void Without_any_drill_all_is_overdue() => Assert.That(DrillOverview.Of([], [], Now, Quarter).IsOverdue, Is.True);

    [Test]
    public void The_page_shows_drills_people_scenarios_and_wrong_actions_and_escapes_what_others_wrote()
    {
        var page = DrillPage.Render(DrillOverview.Of(Held, [], Now, Quarter), "guardrail drill report --results <x>");
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("2026-10-01 march").And.Contain("overdue since 2026-08-30").And.Contain("1&#160;min 40&#160;s faster"));
            Assert.That(page, Does.Contain("mail v1 was well &lt;b&gt;").And.Contain("--results &lt;x&gt;").And.Not.Contain("<b>mail"));
            Assert.That(page, Does.Contain("<svg").And.Not.Contain("<script").And.Not.Contain("NaN"));
        });
        Assert.That(DrillPage.Render(DrillOverview.Of([], [], Now, Quarter), "x"), Does.Contain("No drill has been held."));
    }
}
