using System.Text.RegularExpressions;
using System.Xml.Linq;
using Guardrail.Daemon.Health;
using Guardrail.Daemon.Leading;
using Guardrail.Daemon.Status;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Policies;

namespace Guardrail.Daemon.Tests.Status;

internal sealed partial class StatusPageTests
{
    private const string Hostile = "<script>alert(1)</script>\"'><img src=x onerror=y>&";

    [Test]
    public async Task A_rollout_under_way_shows_its_phase_its_evidence_and_both_revisions_in_counts()
    {
        var scene = await ComparingAsync("checkout", "cart");
        var page = OverviewPage.Render(scene.View());

        Assert.That(page, Does.Contain("load/checkout is being rolled out and watched."));
        Assert.That(page, Does.Match("<span class=\"badge doubtful\">held</span>").And.Contain("held for").And.Contain("to compare both revisions"));
        Assert.That(page, Does.Match(@"<dt>new</dt><dd>v1: [\d,]+ errors in [\d,]+</dd>").And.Match(@"<dt>old</dt><dd>v0: [\d,]+ errors in [\d,]+</dd>"));
        Assert.That(page, Does.Match(@"\d+\.\d of 6\.9 nats"));
        Assert.That(page, Does.Contain("A rollback would lead to v0.").And.Contain("<b>2 of 2</b><span>workloads could be rolled back now"));
        Assert.That(page, Does.Contain("watching the rollout from v0 to v1"));
    }

    [Test]
    public async Task A_revision_that_was_taken_back_is_shown_with_its_reason_and_stands_in_quarantine()
    {
        var scene = await ComparingAsync("checkout");
        scene.Deploy("checkout", "v2", 0.4);
        await scene.TickAsync(30);
        var page = OverviewPage.Render(scene.View());

        Assert.That(page, Does.Contain("Ended within the hour").And.Contain("<span class=\"badge doubtful\">rolled back</span>"));
        Assert.That(page, Does.Contain("quarantined: v2").And.Contain("<b>1</b><span>revision in quarantine"));
        Assert.That(page, Does.Match(@"<span class=""badge bad"">roll back</span></span></td><td[^>]*><span class=""cell"">rolling back to v0: errors: .*\(done\)"));
    }

    [Test]
    public async Task An_ended_rollout_tells_what_led_to_its_end_until_an_hour_has_passed()
    {
        var scene = await ComparingAsync("checkout");
        await scene.TickAsync(40);
        var end = scene.Board.Decisions.Single(d => d.Decision.Kind == DecisionKind.End).Decision;
        await scene.TickAsync(400);

        Assert.That(OverviewPage.Render(scene.View()), Does.Contain($"<p class=\"reason\">{end.Reason}</p>").And.Contain("its evidence is no longer kept"));
        scene.Time.Advance(StatusBoard.Lately);
        Assert.That(OverviewPage.Render(scene.View()), Does.Not.Contain("Ended within the hour"));
    }

    [Test]
    public async Task A_storm_is_told_above_everything_else()
    {
        string[] names = [.. Enumerable.Range(0, 5).Select(i => $"w{i}")];
        var scene = new StatusScene(names);
        await scene.TickAsync(60);
        foreach (var name in names)
        {
            scene.Deploy(name, "v1", 0.4);
        }

        await scene.TickAsync(20);
        var page = OverviewPage.Render(scene.View());

        Assert.That(page, Does.Contain("<b>Storm</b>Rollbacks are decided, but not carried out. 3 rollbacks in the last 10 min"));
        Assert.That(page, Does.Contain("2 rollouts need a person.").And.Match("<b>Person needed</b><a href=\"rollouts/load/deployment/w.\">load/w.</a>, <a"));
    }

    [Test]
    public async Task One_that_needs_a_person_is_told_with_its_reason()
    {
        var scene = new StatusScene("checkout") { Seen = view => view with { Irreversible = true } };
        await scene.TickAsync(60);
        scene.Deploy("checkout", "v1", 0.4);
        await scene.TickAsync(6);

        Assert.That(
            OverviewPage.Render(scene.View()),
            Does.Match("<b>Person needed</b><a href=\"rollouts/load/deployment/checkout\">load/checkout</a>: .*marked guardrail.dev/irreversible"));
    }

    [Test]
    public async Task Why_a_workload_could_not_be_rolled_back_today_stands_beside_it()
    {
        var scene = new StatusScene("checkout") { Seen = view => view with { HistoryLimit = 0, Irreversible = view.Id.Name == "cart" } };
        await scene.TickAsync(2);

        Assert.That(OverviewPage.Render(scene.View()), Does.Contain("<span class=\"badge doubtful\">no</span> load/checkout has spec.revisionHistoryLimit 0"));
    }

    [Test]
    public async Task Policies_that_cannot_be_used_are_named_with_what_is_wrong_and_what_stays_in_force()
    {
        var scene = new StatusScene("checkout");
        await scene.TickAsync(2);
        var view = scene.View() with { Unusable = [Unusable("load", "torn", null), Unusable("load", "web", StatusScene.Policy), Unusable("other", "far", null)] };
        var page = OverviewPage.Render(view);

        Assert.That(page, Does.Contain("<h2>Policies that are not in force <small>3</small></h2>"));
        Assert.That(page.IndexOf("not in force", StringComparison.Ordinal), Is.LessThan(page.IndexOf("Rollouts under way", StringComparison.Ordinal)));
        Assert.That(Row("load/torn"), Does.Contain("spec.bake is &quot;soon&quot;.").And.Contain("it guards nothing"));
        Assert.That(Row("load/web"), Does.Contain("its last valid version stays in force").And.Not.Contain("guards nothing"));
        Assert.That(
            OverviewPage.Render(view with { Namespace = "load" }), Does.Contain("not in force <small>2</small>").And.Not.Contain("other/far"));
        Assert.That(OverviewPage.Render(scene.View()), Does.Not.Contain("not in force"), "only when there are any");

        string Row(string name) => page.Split("<tr>").Single(r => r.Contains($">{name}<", StringComparison.Ordinal));
    }

    [Test]
    public async Task Policies_that_a_ceiling_limits_are_named_and_so_is_what_they_ask_for_wherever_their_autonomy_stands()
    {
        var scene = new StatusScene(StatusScene.Policy.Under(Autonomy.Observe), "checkout");
        await scene.TickAsync(2);
        const string Both = "Observe, asks for Enforce";

        Assert.That(
            OverviewPage.Render(scene.View()),
            Does.Contain("Guardrail may do no more than Observe here (--autonomy-ceiling, in the chart autonomyCeiling), which is less than is asked for by load/load (Enforce).</p>")
                .And.Contain($"<span class=\"soft\">{Both}</span>"));
        Assert.That(WorkloadPage.Render(scene.View(), StatusScene.Id("checkout")), Does.Contain($"load/load, {Both}"));

        var free = new StatusScene("checkout");
        await free.TickAsync(2);
        Assert.That(OverviewPage.Render(free.View()), Does.Not.Contain("asks for").And.Not.Contain("--autonomy-ceiling"));
    }

    [Test]
    public void Of_very_many_policies_some_are_named_and_the_rest_are_counted()
    {
        var scene = new StatusScene();
        var limited = Enumerable.Range(0, 23).Select(i => new PolicyPicture(StatusScene.Policy.Under(Autonomy.Observe) with { Name = $"p{i}" }, null, null));
        var view = scene.View(picture: scene.Picture() with { Policies = [.. limited] }) with
        {
            Unusable = [.. Enumerable.Range(0, PolicyList.Most + 2).Select(i => Unusable("load", $"torn{i}", null))],
        };
        var page = OverviewPage.Render(view);

        Assert.That(page, Does.Contain("load/torn49").And.Not.Contain("load/torn50").And.Contain("and 2 more; <code>guardrail status -A</code> tells all."));
        Assert.That(page, Does.Contain("load/p19 (Enforce)").And.Not.Contain("load/p20").And.Contain(" and 3 more.</p>"));
    }

    [Test]
    public void With_no_policy_that_can_be_used_the_headline_does_not_say_that_there_is_none()
    {
        var scene = new StatusScene();
        var view = scene.View(picture: scene.Picture() with { Policies = [] });

        Assert.That(OverviewPage.Render(view), Does.Contain("Nothing is guarded: there is no policy."));
        Assert.That(
            OverviewPage.Render(view with { Unusable = [Unusable("load", "torn", null)] }), Does.Contain("Nothing is guarded: no policy can be used."));
    }

    [Test]
    public async Task Whatever_the_cluster_calls_things_nothing_of_it_becomes_markup()
    {
        var scene = new StatusScene(Hostile, "checkout")
        {
            Seen = view => view with
            {
                Quarantined = [new(Hostile)],
                Revisions = [.. view.Revisions.Select(r => r with { Images = [Hostile], ChangedBy = Hostile })],
            },
        };
        await scene.TickAsync(60);
        scene.Deploy(Hostile, Hostile, 0.002);
        await scene.TickAsync(6);
        var problem = new ReadinessPart(Hostile, Hostile);
        scene.Board.Observed(null!, new(scene.Time.GetUtcNow(), [new SignalReport.NoEvidence(new(Hostile), Hostile)]));
        var picture = scene.Picture();
        picture = picture with { Policies = [.. picture.Policies, new(StatusScene.Policy.Under(Autonomy.Observe) with { Name = Hostile + "limited" }, null, null)] };
        var view = scene.View(new LeadershipState.Leading(Hostile), picture, problem) with
        {
            Namespace = "load",
            Unusable = [new(new("load", Hostile + "unusable", "u", 1, null, Hostile + "wrong"), null)],
        };
        string?[] pages =
        [
            OverviewPage.Render(view),
            OverviewPage.Render(scene.View(new LeadershipState.StandingBy(Hostile)) with { Namespace = Hostile }),
            WorkloadPage.Render(view, StatusScene.Id(Hostile)),
            MissingPage.Render(view, Hostile),
        ];

        Assert.That(pages[0], Does.Contain("&amp;limited").And.Contain("&amp;unusable").And.Contain("&amp;wrong"), "policies too");
        foreach (var page in pages)
        {
            Assert.That(page, Is.Not.Null.And.Contain("alert(1)"), "it is told");
            Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("<img").And.Not.Contain("javascript:"));
            Assert.That(() => Parse(page!), Throws.Nothing, "and the page is well formed");
            Assert.That(
                Parse(page!).DescendantsAndSelf().Attributes().Select(a => a.Name.LocalName), Has.None.StartsWith("on").And.None.EqualTo("style"));
        }
    }

    [Test]
    public async Task The_page_has_no_script_loads_nothing_and_asks_for_nothing_but_itself()
    {
        var scene = await ComparingAsync("checkout");
        var page = OverviewPage.Render(scene.View());

        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("<form").And.Not.Contain("<button").And.Not.Contain("url(").And.Not.Contain("http:"));
        Assert.That(page, Does.Contain("<meta http-equiv=\"refresh\" content=\"5\"/>"));
        Assert.That(OverviewPage.Render(scene.View() with { IsStill = true }), Does.Not.Contain("http-equiv"));
    }

    [Test]
    public async Task A_workloads_own_page_shows_the_evidence_over_time_and_what_speaks_for_and_against()
    {
        var scene = await ComparingAsync("checkout");
        await scene.TickAsync(3);
        var page = WorkloadPage.Render(scene.View(), StatusScene.Id("checkout"));

        Assert.That(page, Does.Contain("For and against").And.Contain("taken back from 6.9 on").And.Contain("new revision against old, tick by tick"));
        Assert.That(page, Does.Contain("known good").And.Contain("v1 (asked for)").And.Contain("watching the rollout from v0 to v1"));
        Assert.That(WorkloadPage.Render(scene.View(), StatusScene.Id("nobody")), Is.Null);
    }

    [Test]
    public void A_replica_that_stands_by_says_who_guards_and_shows_no_fleet()
    {
        var page = OverviewPage.Render(new StatusScene().View(new LeadershipState.StandingBy("guardrail-7c-abc")));

        Assert.That(page, Does.Contain("This replica stands by; guardrail-7c-abc guards.").And.Not.Contain("Rollouts under way"));
    }

    [Test]
    public async Task With_nothing_to_guard_the_page_says_so_and_with_no_rollout_too()
    {
        var nothing = new StatusScene();
        await nothing.TickAsync();
        var steady = new StatusScene("checkout");
        await steady.TickAsync(2);

        Assert.That(OverviewPage.Render(nothing.View()), Does.Contain("Nothing is guarded: no workload fits a policy."));
        Assert.That(OverviewPage.Render(steady.View()), Does.Contain("Nothing is under way; 1 workload is guarded.").And.Contain("No workload is being rolled out."));
    }

    [Test]
    public async Task What_is_wrong_with_the_daemon_itself_comes_first()
    {
        var scene = new StatusScene("checkout");
        await scene.TickAsync(2);
        var picture = scene.Picture();
        scene.Time.Advance(TimeSpan.FromSeconds(90));
        var records = new ReadinessPart("records", "the record could not be written: 500");
        var view = scene.View(null, picture, records) with { Facts = new("1", "c", "s", default, true, "Rollouts are not recorded.") };
        var page = OverviewPage.Render(view);

        Assert.That(page, Does.Contain("<b>The guard loop does not answer.</b>What follows is 1m30s old."));
        Assert.That(page, Does.Contain("<b>Records</b>the record could not be written: 500").And.Contain("<b>Records</b>Rollouts are not recorded."));
    }

    [Test]
    public async Task A_signal_that_fails_is_told_beside_its_last_read()
    {
        var scene = new StatusScene("checkout");
        await scene.TickAsync(2);
        scene.Time.Advance(TimeSpan.FromSeconds(7));
        scene.Board.Observed(null!, new(scene.Time.GetUtcNow(), [new SignalReport.NoEvidence(new("errors"), "Prometheus answered 503")]));
        var page = OverviewPage.Render(scene.View());

        Assert.That(page, Does.Contain("signal errors").And.Contain(">7s ago</time>").And.Contain("2 pods read; told nothing now: Prometheus answered 503"));
    }

    [Test]
    public async Task Three_hundred_rollouts_and_more_are_shown_most_urgent_first_within_a_megabyte()
    {
        const int All = 330;
        var scene = new StatusScene([.. Enumerable.Range(0, All).Select(i => $"w{i:000}")]);
        await scene.TickAsync(40);
        for (var i = 0; i < All; i++)
        {
            scene.Deploy($"w{i:000}", "v1", i == 123 ? 0.15 : 0.002);
        }

        await scene.TickAsync(2);
        var began = TimeProvider.System.GetTimestamp();
        var picture = scene.Picture();
        var taken = TimeProvider.System.GetElapsedTime(began);
        var page = OverviewPage.Render(scene.View(picture: picture));
        await TestContext.Out.WriteLineAsync(
            $"picture {taken.TotalMilliseconds:0} ms, page {(TimeProvider.System.GetElapsedTime(began) - taken).TotalMilliseconds:0} ms, {page.Length / 1024} KiB");

        Assert.That(page.Length, Is.LessThan(1024 * 1024));
        Assert.That(Cards().Count(page), Is.EqualTo(RolloutList.Most));
        Assert.That(page.IndexOf("load/w123", StringComparison.Ordinal), Is.LessThan(page.IndexOf("load/w000", StringComparison.Ordinal)));
        Assert.That(page, Does.Contain("and 30 more, less urgent"));
    }

    [Test]
    public void Decisions_are_kept_up_to_a_limit_and_one_that_is_asked_again_is_told_once()
    {
        var scene = new StatusScene();
        for (var i = 0; i < StatusBoard.MostDecisions + 20; i++)
        {
            var decision = Notifications.Decisions.Of(Engine.Decisions.DecisionKind.Hold, $"d-{i}");
            scene.Board.Decided(decision);
            scene.Board.Decided(decision with { IsRetry = true });
        }

        Assert.That(scene.Board.Decisions, Has.Length.EqualTo(StatusBoard.MostDecisions));
        Assert.That(scene.Board.Decisions[0].Decision.Decision, Is.EqualTo($"d-{StatusBoard.MostDecisions + 19}"));
    }

    private static PolicyStanding Unusable(string ns, string name, GuardPolicy? inForce) => new(new(ns, name, "u", 2, null, "spec.bake is \"soon\"."), inForce);

    private static async Task<StatusScene> ComparingAsync(params string[] names)
    {
        var scene = new StatusScene(names);
        await scene.TickAsync(60);
        scene.Deploy("checkout", "v1", 0.002);
        await scene.TickAsync(4);
        return scene;
    }

    private static XElement Parse(string page) => XElement.Parse(page["<!doctype html>\n".Length..]);

    [GeneratedRegex("<li class=\"[a-z]+\"><div><span class=\"name\">")]
    private static partial Regex Cards();
}
