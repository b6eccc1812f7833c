using Guardrail.Detection.Cells;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Detection.Tests.Cells;

public sealed class CellRoutesTests
{
    private static readonly Cell Plain = new()
    {
        Name = "plain",
        RequestsPerSecond = 1000,
        RateNoise = 0,
        SplitConcentration = double.PositiveInfinity,
        Errors = new() { BaseRate = 0.01 },
        History = TimeSpan.Zero,
    };

    [Test]
    public void Routes_share_the_requests_and_keep_their_own_rates()
    {
        var run = new CellRun(Plain with { Routes = [new("/a", 0.75, 0.001, 1), new("/b", 0.25, 0.1, 1)], Latency = new(), Scraping = new() { Missed = 0 } });
        Play(run, 6);
        var last = run.PodCount - 1;
        var (first, second) = (run.Tally(last).Read(0), run.Tally(last).Read(1));

        // 180,000 requests of the canary: three quarters and a quarter, of which 0.1 % and 10 % fail; five standard errors.
        Assert.That(first.Requests, Is.EqualTo(135_000).Within(1_900));
        Assert.That(second.Requests, Is.EqualTo(45_000).Within(1_100));
        Assert.That(first.Errors, Is.EqualTo(135).Within(60));
        Assert.That(second.Errors, Is.EqualTo(4_500).Within(340));
        Assert.That(run[last].Requests, Is.EqualTo(first.Requests + second.Requests));
        Assert.That(run.Slower(last)[4], Is.EqualTo(run.Slower(last, 0)[4] + run.Slower(last, 1)[4]));
    }

    [Test]
    public void A_route_may_be_slower_than_another()
    {
        var run = new CellRun(Plain with { Routes = [new("/a", 0.5, 0, 1), new("/b", 0.5, 0, 4)], Latency = new() { NoiseSigma = 0, WarmUp = TimeSpan.Zero } });
        Play(run, 6);

        Assert.That(run.Slower(0, 1)[6], Is.GreaterThan(10 * run.Slower(0, 0)[6]));
    }

    [Test]
    public void Another_mix_reaches_the_new_revision_alone()
    {
        var run = new CellRun(Plain with
        {
            Routes = [new("/a", 0.5, 0, 1), new("/b", 0.5, 0, 1)],
            Disturbances = [new Disturbance.OtherMix([0.1, 0.9]) { Start = TimeSpan.Zero, Length = TimeSpan.FromHours(1) }],
        });
        Play(run, 6);

        Assert.That(ShareOfFirst(0), Is.EqualTo(0.5).Within(0.01));
        Assert.That(ShareOfFirst(run.PodCount - 1), Is.EqualTo(0.1).Within(0.01));

        double ShareOfFirst(int pod) => (double)run.Tally(pod).Read(0).Requests / run[pod].Requests;
    }

    [Test]
    public void Routes_and_bursts_together_are_refused()
    {
        var cell = Plain with { Routes = [new("/a", 1, 0, 1)], Errors = new() { Bursts = new BurstSize.Geometric(5) } };

        Assert.That(() => new CellRun(cell), Throws.ArgumentException.With.Message.Contains("leave out Routes or Bursts"));
    }

    [Test]
    public void Orders_follow_the_requests_that_succeed_and_a_defect_loses_some()
    {
        var run = new CellRun(Plain with { Business = new(0.2), Defect = new Defect.FewerGoodEvents(0.3), Scraping = new() { Missed = 0 } });
        var truth = Play(run, 6);
        var (old, last) = (run[0], run[run.PodCount - 1]);

        Assert.That((double)old.Good / (old.Requests - old.Errors), Is.EqualTo(0.2).Within(0.006));
        Assert.That((double)last.Good / (last.Requests - last.Errors), Is.EqualTo(0.14).Within(0.006));
        Assert.That(truth.CanaryBad, Is.EqualTo(1_800 + (0.06 * 178_200)).Within(700));
    }

    [Test]
    public void A_pod_killed_for_its_memory_is_shown_as_such()
    {
        var run = new CellRun(Plain with { Defect = new Defect.OutOfMemory(TimeSpan.FromMinutes(15)) });
        run.Begin(new(3, 0));
        while (run.Next())
        {
            Assert.That(run.Shown(run.PodCount - 1).WasKilled, Is.EqualTo(run.Now > 900), $"at {run.Now}");
            Assert.That(run.Shown(0).WasKilled, Is.False);
        }
    }

    [Test]
    public void Scrapes_apart_read_the_two_revisions_at_the_two_ends_of_a_tick()
    {
        var run = new CellRun(Plain with { Scraping = new() { Apart = true, Missed = 0 } });
        run.Begin(new(3, 0));
        run.Next();

        Assert.That(run.Now - run[0].ScrapedAt, Is.EqualTo(4.9).Within(0.001));
        Assert.That(run.Now - run[run.PodCount - 1].ScrapedAt, Is.EqualTo(0.1).Within(0.001));
    }

    private static TickTruth Play(CellRun run, ulong seed)
    {
        run.Begin(new(seed, 0));
        var sum = default(TickTruth);
        while (run.Next())
        {
            sum = sum with { CanaryRequests = sum.CanaryRequests + run.Truth.CanaryRequests, CanaryBad = sum.CanaryBad + run.Truth.CanaryBad };
        }

        return sum;
    }
}
