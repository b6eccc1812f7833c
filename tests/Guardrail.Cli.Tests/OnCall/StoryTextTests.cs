using System.Collections.Immutable;
using Guardrail.Cli.OnCall;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Evidence;
using Guardrail.Engine.Workloads;
using Guardrail.Kubernetes.Records;

namespace Guardrail.Cli.Tests.OnCall;

internal sealed class StoryTextTests
{
    [Test]
    public void It_tells_what_changed_who_did_it_and_what_was_counted_on_both_revisions()
    {
        var text = Tell(Fixtures.Rollout(nats: 4, phase: RecordedPhase.Held));
        Assert.That(text, Does.StartWith("Deployment shop/checkout: 6f7d → 58c9  Held\n  Watched for 2m0s. The verdict so far: Undecided."));
        Assert.That(text, Does.Contain("  changed by    kubectl-set"));
        Assert.That(text, Does.Contain("  policy        test, which accepts a false rollback in 0.1 % of healthy rollouts"));
        Assert.That(text, Does.Contain("  errors (new revision against old, tick by tick): 4.0 nats after 12 ticks, the strongest signal"));
        Assert.That(text, Does.Contain("    new 58c9: 75 errors in 1,525 requests, 4.92 % (95 %: 3.7 % to 6.4 %)"));
        Assert.That(text, Does.Contain("    old 6f7d: 5 errors in 3,229 requests, 0.15 % (95 %: 0.04 % to 0.4 %)"));
    }

    [Test]
    public void One_error_in_one_request_is_told_in_the_singular()
    {
        var record = Fixtures.With(Fixtures.Rollout(), s => s with
        {
            Signals = [s.Signals[0] with { Canary = s.Signals[0].Canary with { Events = 1, Total = 1 } }],
        });
        Assert.That(Tell(record), Does.Contain("    new 58c9: 1 error in 1 request, 100 %"));
    }

    [Test]
    public void It_says_how_old_it_is() => Assert.That(
        Tell(Fixtures.With(Fixtures.Rollout(), s => s with { AsOf = Fixtures.Now - TimeSpan.FromSeconds(8) })),
        Does.Contain("The verdict so far: Undecided, as of 8s ago."));

    [Test]
    public void A_rollback_that_a_person_asked_for_is_told_as_such_though_Guardrail_would_have_done_it_too()
    {
        var record = Fixtures.With(Fixtures.RolledBack(), s => s with
        {
            Reason = "rolled back to 6f7d because alice asked for it: INC-7",
            Intents =
            [
                .. s.Intents,
                new()
                {
                    Decision = "request-1", Action = IntendedAction.RollBack, Reason = "", Uid = "w", Generation = 3, Writer = "guardrail-0",
                    At = Fixtures.Now, Outcome = new() { State = IntentState.Applied, At = Fixtures.Now },
                },
            ],
        });
        Assert.That(Tell(record), Does.Contain("The verdict: Regressed.\n  rolled back to 6f7d because alice asked for it: INC-7\n"));
    }

    [Test]
    public void It_says_what_speaks_for_and_against_and_what_would_decide()
    {
        var text = Tell(Fixtures.Rollout(nats: 4));
        Assert.That(text, Does.Contain("  - 4.0 of 6.9 nats: a healthy rollout shows that much in at most 1 case in 54. That suffices for holding it."));
        Assert.That(text, Does.Contain("  ? Without the one pod that speaks most against it, 3.5 nats are left"));
        Assert.That(text, Does.Contain("  + latency: 3 answers slower than 0.5 s in 1,525 requests"));
        Assert.That(text, Does.Contain("  About 380 more requests of the new revision would suffice for a rollback, if all goes on as lately."));
        Assert.That(text, Does.Contain("  Nothing more: A rollback would lead to 6f7d."));
    }

    [Test]
    public void Decisions_acts_and_requests_stand_in_order_of_time()
    {
        var record = Fixtures.RolledBack();
        record = record with
        {
            Spec = record.Spec with
            {
                Request = new() { Id = "1", Action = RequestedAction.Release, By = "alice", Reason = "mended upstream", At = Fixtures.Now - TimeSpan.FromSeconds(30) },
            },
        };
        var text = Tell(record);
        string[] steps = ["watching", "hold", "write hold", "ROLL BACK", "over", "asked: release"];
        Assert.That(steps.Select(s => text.IndexOf($"  {s} ", StringComparison.Ordinal)), Is.Ordered.And.All.GreaterThan(0), text);
        Assert.That(text, Does.Contain("02:58:40").And.Contain("+40s").And.Contain("done within a second, by guardrail-0"));
        Assert.That(text, Does.Contain("alice: mended upstream (not answered yet)"));
        Assert.That(text, Does.Contain("guardrail release checkout-4-1c9a0e37b2 -n shop --reason WHY"));
        Assert.That(text, Does.Contain("How it came about is not in the record").And.Not.Contain("What would decide"));
    }

    [Test]
    public void The_path_of_the_evidence_is_drawn_against_both_thresholds()
    {
        ImmutableArray<EvidencePoint> path = [.. Enumerable.Range(0, 60).Select(i => new EvidencePoint(Fixtures.Now.AddSeconds(i), i / 8.0))];
        var text = Tell(new RolloutStory(Fixtures.Rollout(nats: 7.4), path, ImmutableDictionary<string, string>.Empty.Add("58c9", "shop/checkout:v3"), null));
        Assert.That(text, Does.Contain("     6.9 │┄┄").And.Contain(" roll back\n").And.Contain("     3.0 │┄").And.Contain(" hold\n").And.Contain("03:00:59"));
        Assert.That(text, Does.Contain("  new revision  58c9 shop/checkout:v3"));
    }

    [Test]
    public void The_path_stands_in_the_record_when_the_rollout_has_ended()
    {
        var record = Fixtures.With(Fixtures.RolledBack(), s => s with { Evidence = s.Evidence! with { Path = "10:0 15:1.9 20:4.7 25:9.2" } });
        var text = Tell(RolloutStory.Of(record));
        Assert.That(text, Does.Contain("     6.9 │").And.Contain(" roll back\n").And.Not.Contain("How it came about"));
        Assert.That(RolloutStory.Of(record).Path.Select(p => p.LogEvidence), Is.EqualTo(new[] { 0, 1.9, 4.7, 9.2 }));
    }

    [Test]
    public void A_checkpoint_that_cannot_be_read_is_said_and_hides_nothing_else()
    {
        var story = RolloutStory.Of(Fixtures.With(Fixtures.Rollout(), s => s with { Checkpoint = new() { At = Fixtures.Now, Format = "snapshot.v9", Data = "" } }));
        var text = Tell(story);
        Assert.That(text, Does.Contain("cannot be shown: The checkpoint has the format snapshot.v9").And.Contain("75 errors in 1,525 requests"));
    }

    [Test]
    public void Doubt_trouble_elsewhere_and_missing_data_are_told()
    {
        var text = Tell(Fixtures.With(Fixtures.Rollout(nats: 9, phase: RecordedPhase.NeedsPerson), s => s with
        {
            Evidence = s.Evidence! with { Doubt = Doubt.Elsewhere, VetoedBy = "shop/database", Placebo = 4, WithoutOnePod = 8 },
            Signals = [s.Signals[0], s.Signals[1] with { Gap = "no series", Ticks = 0 }],
        }));
        Assert.That(text, Does.Contain("another workload was in trouble first").And.Contain("shop/database was in trouble first"));
        Assert.That(text, Does.Contain("differ among themselves too (4.0 nats)").And.Contain("latency tells nothing: no series."));
        Assert.That(text, Does.Contain("It is no single pod: without the one that speaks most against it, 8.0 nats are left."));
    }

    [Test]
    public void A_record_without_status_and_one_without_evidence_are_told_too()
    {
        Assert.That(Tell(Fixtures.Rollout() with { Status = null }), Does.Contain("Guardrail has not written anything about it yet."));
        var blind = Fixtures.With(Fixtures.Rollout(verdict: RecordedVerdict.NoEvidence), s => s with { Evidence = null, Signals = [], Reason = "no pod serves" });
        Assert.That(Tell(blind), Does.Contain("? Nothing was compared yet: no pod serves").And.Contain("Data. There is none now: no pod serves"));
    }

    [TestCase(80)]
    [TestCase(160)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        foreach (var record in new[] { Fixtures.RolledBack(), Fixtures.Rollout(nats: 5), Fixtures.Rollout(kind: WorkloadKind.StatefulSet) })
        {
            Assert.That(Tell(RolloutStory.Of(record), width).Split('\n'), Is.All.Matches<string>(l => l!.Length <= width));
        }
    }

    [Test]
    public void Plain_text_is_ascii() =>
        Assert.That(Tell(RolloutStory.Of(Fixtures.RolledBack()), 80, unicode: false), Is.All.Matches<char>(char.IsAscii));

    private static string Tell(GuardedRollout record) => Tell(RolloutStory.Of(record));

    private static string Tell(RolloutStory story, int width = 160, bool unicode = true)
    {
        var (screen, text) = Fixtures.Terminal(width, unicode);
        new StoryText(story, screen, Fixtures.Now).Write();
        return text.ToString();
    }
}
