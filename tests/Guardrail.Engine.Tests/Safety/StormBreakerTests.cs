using CsCheck;
using Guardrail.Engine.Guarding;
using Guardrail.Engine.Policies;
using Guardrail.Engine.Safety;
using Guardrail.Engine.Tests.Scenarios;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Safety;

public sealed class StormBreakerTests
{
    private static readonly StormLimit Wide = new() { Rollbacks = 1000 };

    [TestCase(2, 0, false)]
    [TestCase(3, 0, true)]
    [TestCase(3, 10, true)]
    [TestCase(3, 10.01, false, Description = "the oldest is out of the window")]
    public void More_rollbacks_than_the_limit_within_the_window_are_a_storm(int rollbacks, double minute, bool isStorm)
    {
        var ledger = Rollbacks.Ledger(Enumerable.Range(0, rollbacks).Select(i => Rollbacks.At(0, $"w{i}")));

        var objection = StormBreaker.ObjectionTo(ledger, new StormLimit(), Rollbacks.Policy(), Scenario.Start.AddMinutes(minute));

        Assert.That(objection is not null, Is.EqualTo(isStorm));
    }

    [Test]
    public void The_reason_names_the_scope_the_count_and_the_workloads()
    {
        var ledger = Rollbacks.Ledger(Enumerable.Range(0, 3).Select(i => Rollbacks.At(i, $"w{i}", "shop/other")));

        var objection = StormBreaker.ObjectionTo(ledger, new StormLimit(), Rollbacks.Policy(), Scenario.Start.AddMinutes(5))!;

        Assert.That(objection.Name, Is.EqualTo("storm"));
        Assert.That(objection.Reason, Does.StartWith(
            "storm: 3 rollbacks in the last 10 min under the whole fleet (shop/w0, shop/w1, shop/w2), where 3 are allowed"));
    }

    [Test]
    public void A_policy_counts_only_its_own_rollbacks()
    {
        var policy = Rollbacks.Policy(new() { Rollbacks = 2 });
        var now = Scenario.Start.AddMinutes(5);

        Assert.That(StormBreaker.ObjectionTo(Rollbacks.Ledger([Rollbacks.At(0, "a", "shop/other"), Rollbacks.At(1, "b")]), Wide, policy, now), Is.Null);
        Assert.That(
            StormBreaker.ObjectionTo(Rollbacks.Ledger([Rollbacks.At(0, "a"), Rollbacks.At(1, "b")]), Wide, policy, now)!.Reason,
            Does.Contain("under policy shop/shop"));
    }

    [Test]
    public void The_same_decision_counts_once_and_one_that_was_not_carried_out_does_not_count()
    {
        var ledger = Rollbacks.Ledger([Rollbacks.At(0), Rollbacks.At(1), Rollbacks.At(2, decision: "rollback-v3-3")]);
        Assert.That(ledger.Entries, Has.Count.EqualTo(2));

        ledger.Withdraw(Rollbacks.At(0).Workload, "uid-shop", new("rollback-v3-3"));
        Assert.That(ledger.Entries, Is.EqualTo([Rollbacks.At(0)]));
    }

    [Test]
    public void A_clock_that_was_set_back_forgets_no_rollback()
    {
        var ledger = Rollbacks.Ledger(Enumerable.Range(0, 3).Select(i => Rollbacks.At(60, $"w{i}")));

        Assert.That(StormBreaker.ObjectionTo(ledger, new StormLimit(), Rollbacks.Policy(), Scenario.Start), Is.Not.Null);
    }

    [Test]
    public void Whatever_asks_no_window_ever_holds_more_than_the_limit() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 20], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 5]).Array[1, 80]).Sample((most, minutes, asked) =>
        {
            var limit = new StormLimit { Rollbacks = most, Window = TimeSpan.FromMinutes(minutes) };
            ISafety safety = new FleetSafety(new Dictionary<WorkloadId, GuardedWorkload>()) { FleetLimit = limit };
            var carriedOut = new HashSet<RollbackEntry>();
            var now = 0;
            foreach (var (later, workload, decision) in asked)
            {
                var entry = Rollbacks.At(now += later, $"w{workload}", decision: $"d{decision}");
                if (safety.ObjectionTo(entry.Workload, entry.Uid, entry.Decision, Rollbacks.Policy(Wide), entry.At) is null)
                {
                    safety.Began(entry);
                    if (!carriedOut.Any(e => e.Workload == entry.Workload && e.Decision == entry.Decision))
                    {
                        carriedOut.Add(entry);
                    }
                }
            }

            foreach (var entry in carriedOut)
            {
                Assert.That(carriedOut.Count(e => e.At >= entry.At && e.At - entry.At <= limit.Window), Is.LessThanOrEqualTo(most));
            }
        });

    [Test]
    public void The_ledger_is_bounded_in_number_and_time_and_stays_in_order()
    {
        var ledger = Rollbacks.Ledger(Enumerable.Range(0, 6000).Select(i => Rollbacks.At((i * 7919 % 6000) * 10.0, decision: $"d{i}")));

        Assert.That(ledger.Entries, Has.Count.LessThanOrEqualTo(4096).And.Ordered.By("At"));
        Assert.That(ledger.Entries[^1].At - ledger.Entries[0].At, Is.LessThanOrEqualTo(TimeSpan.FromDays(30)));
    }
}
