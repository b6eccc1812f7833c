using System.Collections.Immutable;
using Guardrail.Engine.Counting;
using Guardrail.Engine.Observations;
using Guardrail.Engine.Workloads;

namespace Guardrail.Engine.Tests.Counting;

public sealed class CounterLedgerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private readonly HashSet<PodId> dead = [];
    private CounterLedger ledger = null!;

    [SetUp]
    public void Begin()
    {
        ledger = new CounterLedger();
        dead.Clear();
    }

    [Test]
    public void The_first_scrape_of_a_pod_counts_nothing()
    {
        Read("a", 0, 1000, 10);

        Assert.That(ledger.Pods[Pod("a")].Advanced, Is.False);
        Assert.That(IsComplete(0), Is.False);
    }

    [Test]
    public void A_tick_counts_what_was_added_since_the_scrape_before()
    {
        Read("a", 0, 1000, 10);
        Read("a", 5, 1100, 12);

        Assert.That(Pending("a"), Is.EqualTo([100, 2]));
        Assert.That(ledger.Pods[Pod("a")].PendingFrom, Is.EqualTo(Start));
        Assert.That(IsComplete(5));
    }

    [Test]
    [Category("Fault")]
    public void A_missed_scrape_merges_two_ticks()
    {
        Read("a", 0, 1000, 10);
        Read("a", 15, 1300, 16);

        Assert.That(Pending("a"), Is.EqualTo([300, 6]));
    }

    [Test]
    public void The_same_scrape_again_is_no_new_tick()
    {
        Read("a", 0, 1000, 10);
        Read("a", 0, 1000, 10);

        Assert.That(ledger.Pods[Pod("a")].Advanced, Is.False);

        Read("a", 5, 1100, 12);
        Next();
        Read("a", 5, 1100, 12);

        Assert.That(ledger.Pods[Pod("a")].Advanced, Is.False);
    }

    [Test]
    public void A_scrape_out_of_order_is_left_out()
    {
        Read("a", 0, 1000, 10);
        Read("a", 10, 1200, 14);
        Read("a", 5, 1100, 12);

        Assert.That(Pending("a"), Is.EqualTo([200, 4]));
    }

    [Test]
    [Category("Fault")]
    public void A_clock_that_is_set_back_does_not_stop_the_counting()
    {
        Read("a", 3600, 1000, 10);
        Read("a", 5, 1100, 12);

        Assert.That(Pending("a"), Is.EqualTo([100, 2]));
        Read("a", 10, 1150, 12);
        Assert.That(Pending("a"), Is.EqualTo([150, 2]));
    }

    [Test]
    [Category("Fault")]
    public void A_counter_that_went_down_counts_from_zero()
    {
        Read("a", 0, 1000, 10);
        Read("a", 5, 30, 1);

        Assert.That(Pending("a"), Is.EqualTo([30, 1]));
    }

    [Test]
    [Category("Fault")]
    public void A_restart_is_noticed_by_any_of_the_counters()
    {
        Read("a", 0, 1000, 10);
        Read("a", 5, 1500, 3);

        Assert.That(Pending("a"), Is.EqualTo([1500, 3]));
    }

    [Test]
    public void A_restart_of_one_pod_says_nothing_of_another()
    {
        Read("a", 0, 1000, 10);
        Read("b", 0, 1000, 10);
        Read("a", 5, 30, 1);
        Read("b", 5, 1100, 11);

        Assert.That(Pending("b"), Is.EqualTo([100, 1]));
    }

    [Test]
    public void Strata_are_kept_apart_and_may_come_later()
    {
        Read("a", 0, new CounterSeries("/cart", 100, [1]));
        Read("a", 5, new CounterSeries("/cart", 150, [1]), new CounterSeries("/pay", 20, [2]));

        Assert.That(ledger.Strata, Is.EqualTo(2));
        Assert.That(Pending("a"), Is.EqualTo([50, 0, 20, 2]));
    }

    [Test]
    public void A_stratum_that_reappears_some_time_after_a_restart_does_not_count_the_others_twice()
    {
        Read("a", 0, new CounterSeries("/cart", 1000, [1]), new CounterSeries("/pay", 500, [2]));
        Read("a", 5, new CounterSeries("/cart", 10, [0]));
        Next();
        Read("a", 10, new CounterSeries("/cart", 200, [0]), new CounterSeries("/pay", 5, [0]));

        Assert.That(Pending("a"), Is.EqualTo([190, 0, 5, 0]));
    }

    [Test]
    public void Strata_past_the_limit_are_left_out_of_account()
    {
        var series = Enumerable.Range(0, 300).Select(i => new CounterSeries($"/{i}", 10, [0])).ToArray();
        Read("a", 0, series);
        Read("a", 5, [.. series.Select(s => s with { Total = 20 })]);

        Assert.That(ledger.Strata, Is.EqualTo(256));
        Assert.That(Pending("a").Where((_, i) => i % 2 == 0), Is.All.EqualTo(10).And.Exactly(256).Items);
    }

    [Test]
    public void Changed_edges_begin_anew()
    {
        ledger.UseEdges([0.1, 0.5]);
        ledger.Read(new PodReading(Pod("a"), Start, [new("", 100, [40, 4])]));
        Assert.That(ledger.UseEdges([0.1, 0.5]), Is.False);
        Assert.That(ledger.UseEdges([0.1, 0.5, 2.5]), Is.True);
        ledger.Read(new PodReading(Pod("a"), Start.AddSeconds(5), [new("", 200, [80, 8, 1])]));
        Assert.That(ledger.Pods[Pod("a")].Advanced, Is.False);

        ledger.Read(new PodReading(Pod("a"), Start.AddSeconds(10), [new("", 300, [120, 12, 2])]));
        Assert.That(Pending("a"), Is.EqualTo([100, 40, 4, 1]));
    }

    [Test]
    public void A_tick_waits_for_the_pods_that_reported_before()
    {
        ReadAll(0, "a", "b");
        Assert.That(IsComplete(0), Is.False);
        ReadAll(5, "a");
        Assert.That(IsComplete(5), Is.False);
        ReadAll(7, "b");
        Assert.That(IsComplete(7));
    }

    [Test]
    public void A_tick_waits_no_longer_than_three_intervals_and_then_no_more_for_the_silent_pod()
    {
        ReadAll(0, "a", "b");
        Assert.That(IsComplete(0), Is.False);
        ReadAll(5, "a");
        Assert.That(IsComplete(5), Is.False);
        ReadAll(10, "a");
        ReadAll(15, "a");
        Assert.That(IsComplete(19), Is.False);
        Assert.That(IsComplete(20));
        Next();
        ReadAll(25, "a");
        Assert.That(IsComplete(25), "b has been silent for long enough");

        Next();
        ReadAll(30, "a", "b");
        Assert.That(Pending("b")[0], Is.EqualTo(300), "what b counted meanwhile is not lost");
        Next();
        ReadAll(35, "a");
        Assert.That(IsComplete(35), Is.False, "b is back and waited for again");
    }

    [Test]
    public void A_tick_does_not_wait_for_a_pod_that_has_just_appeared()
    {
        ReadAll(0, "a");
        ReadAll(5, "a");
        Next();
        ReadAll(10, "new", "a");

        Assert.That(IsComplete(10));
    }

    [Test]
    public void A_tick_does_not_wait_for_a_pod_that_is_gone()
    {
        ReadAll(0, "a", "b");
        Assert.That(IsComplete(0), Is.False);
        dead.Add(Pod("b"));
        ReadAll(5, "a");

        Assert.That(IsComplete(5));
    }

    [Test]
    public void The_patience_is_not_stretched_by_a_pod_that_was_away_for_long()
    {
        ReadAll(0, "a", "b", "c");
        Assert.That(IsComplete(0), Is.False);
        for (var second = 5; second < 600; second += 5)
        {
            ReadAll(second, "a", "b");
            IsComplete(second);
            Next();
        }

        ReadAll(600, "a", "b", "c");
        Next();
        ReadAll(605, "a");
        Assert.That(IsComplete(605), Is.False);
        ReadAll(615, "a");

        Assert.That(IsComplete(620));
    }

    [Test]
    public void The_slots_of_pods_that_are_gone_are_used_again()
    {
        ReadAll(0, "a", "b", "c");
        dead.Add(Pod("b"));
        Next();
        ReadAll(5, "d", "e");

        Assert.That(ledger.Pods.ToDictionary(p => p.Key.Name, p => p.Value.Slot), Is.EquivalentTo(new Dictionary<string, int>
        {
            ["a"] = 0,
            ["c"] = 2,
            ["d"] = 1,
            ["e"] = 3,
        }));
    }

    [Test]
    public void A_pod_that_is_gone_leaves_nothing_behind_when_it_comes_back()
    {
        ReadAll(0, "a");
        dead.Add(Pod("a"));
        Next();
        dead.Clear();
        Read("a", 5, 5000, 7);

        Assert.That(ledger.Pods[Pod("a")].Advanced, Is.False);
    }

    [Test]
    public void A_pod_made_while_the_ledger_is_written_counts_from_zero_at_its_first_scrape()
    {
        ReadAll(0, "a");
        ledger.Read(new(Pod("new"), Start.AddSeconds(5), [new("", 40, [3])]), madeAt: Start.AddSeconds(2));
        Assert.That(Pending("new").ToArray(), Is.EqualTo([40, 3]));

        ledger.Read(new(Pod("old"), Start.AddSeconds(5), [new("", 40, [3])]), madeAt: Start.AddSeconds(-2));
        ledger.Read(new(Pod("back"), Start.AddSeconds(60), [new("", 40, [3])]), madeAt: Start.AddSeconds(2));
        Assert.That(ledger.Pods[Pod("old")].Advanced, Is.False, "it was there before the ledger was: what it counted earlier is not known");
        Assert.That(ledger.Pods[Pod("back")].Advanced, Is.False, "it may have been counted before");
    }

    [Test]
    public void A_snapshot_restores_everything()
    {
        ReadAll(0, "a", "b");
        dead.Add(Pod("a"));
        Next();
        ReadAll(5, "b", "c");

        var restored = CounterLedger.Restore(ledger.Capture());

        Assert.That(restored.Capture().Pods.Select(p => (p.Key, p.Value.Slot, p.Value.Advanced, p.Value.Last.ToArray())),
            Is.EqualTo(ledger.Capture().Pods.Select(p => (p.Key, p.Value.Slot, p.Value.Advanced, p.Value.Last.ToArray()))));
        Assert.That(restored.Capture().FreeSlots, Is.EqualTo(ledger.Capture().FreeSlots));
        Assert.That((restored.Capture().Advanced, restored.Capture().WaitingSince), Is.EqualTo((ledger.Capture().Advanced, ledger.Capture().WaitingSince)));
    }

    private static PodId Pod(string name) => new("shop", name);

    private void ReadAll(int second, params string[] names)
    {
        foreach (var name in names)
        {
            Read(name, second, 1000 + (10 * second), second);
        }
    }

    private void Read(string name, int second, long total, long events) => Read(name, second, new CounterSeries("", total, [events]));

    private void Read(string name, int second, params CounterSeries[] series) =>
        ledger.Read(new PodReading(Pod(name), Start.AddSeconds(second), [.. series]));

    private long[] Pending(string name) => ledger.Pods[Pod(name)].Pending.ToArray();

    private bool IsComplete(int second) => ledger.TickIsComplete(Start.AddSeconds(second), Tick, pod => !dead.Contains(pod));

    private void Next() => ledger.BeginTick(pod => !dead.Contains(pod));
}
