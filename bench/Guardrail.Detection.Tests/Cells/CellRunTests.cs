using System.Diagnostics;
using Guardrail.Detection.Cells;
using Guardrail.Simulation.Traffic.Models;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Detection.Tests.Cells;

public sealed class CellRunTests
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
    public void The_same_seed_gives_the_same_run()
    {
        var cell = Plain with { Latency = new(), RateNoise = 0.2, SplitConcentration = 50 };
        var run = new CellRun(cell);

        var first = Play(run, 7);

        Assert.That(Play(run, 8), Is.Not.EqualTo(first));
        Assert.That(Play(run, 7), Is.EqualTo(first), "reused");
        Assert.That(Play(new CellRun(cell), 7), Is.EqualTo(first), "made anew");
    }

    [Test]
    public void Counts_have_the_means_of_the_cell()
    {
        // 1000 rps · 1800 s: the canary gets 180,000 ± 5·424, of which 1 % fail: 1,800 ± 5·42.
        var truth = Play(new CellRun(Plain), 1);

        Assert.That(truth.CanaryRequests, Is.EqualTo(180_000).Within(2_200));
        Assert.That(truth.CanaryBad, Is.EqualTo(1_800).Within(220));
        Assert.That(truth.ControlRequests, Is.EqualTo(1_620_000).Within(6_500));
        Assert.That(truth.ControlBad, Is.EqualTo(16_200).Within(640));
    }

    [Test]
    public void Counts_of_a_tick_vary_as_poisson_counts_do()
    {
        var (mean, variance) = CanaryErrorMoments(Plain);

        // 5,400 ticks: the ratio of variance to mean has a standard error of sqrt(2/5400) = 0.019.
        Assert.That(mean, Is.EqualTo(5).Within(0.16));
        Assert.That(variance / mean, Is.EqualTo(1).Within(0.1));
    }

    [Test]
    public void Bursts_keep_the_mean_and_raise_the_variance()
    {
        var (mean, variance) = CanaryErrorMoments(Plain with { Errors = new() { BaseRate = 0.01, Bursts = new BurstSize.Geometric(5) } });

        // Compound Poisson: E c² / E c = 9 for geometric sizes of mean 5.
        Assert.That(mean, Is.EqualTo(5).Within(0.5));
        Assert.That(variance / mean, Is.EqualTo(9).Within(1.5));
    }

    [Test]
    public void Heavy_tailed_bursts_keep_the_mean()
    {
        var (mean, variance) = CanaryErrorMoments(Plain with { Errors = new() { BaseRate = 0.01, Bursts = new BurstSize.Pareto(1.5, 200), BurstTicks = 6 } });

        Assert.That(mean, Is.EqualTo(5).Within(0.8));
        Assert.That(variance / mean, Is.GreaterThan(2));
    }

    [Test]
    public void Readings_lag_the_truth_by_less_than_a_tick_and_lose_nothing()
    {
        var run = new CellRun(Plain with { Scraping = new() { Missed = 0.2 } });
        var differences = new ArmDifferences(run);
        run.Begin(new(3, 0));
        differences.Begin();
        var (read, truth) = (0L, 0L);
        while (run.Next())
        {
            read += differences.Read().Canary.Requests;
            truth += run.Truth.CanaryRequests;
        }

        // The first reading is only a beginning, and the last scrapes may have been missed: a few ticks of 500.
        Assert.That(read, Is.InRange(truth - 4_000, truth));
    }

    [Test]
    public void A_restart_sets_the_counters_back_and_the_differences_bridge_it()
    {
        var run = new CellRun(Plain with { Scraping = new() { RestartsPerHour = 6, Missed = 0 } });
        var differences = new ArmDifferences(run);
        run.Begin(new(3, 0));
        differences.Begin();
        var (fell, last) = (false, 0L);
        while (run.Next())
        {
            fell |= run[0].Requests < last;
            last = run[0].Requests;
            var tick = differences.Read();
            Assert.That(tick.Control.Requests, Is.LessThan(6_000), "a reset must not look like a surge");
        }

        Assert.That(fell, Is.True);
        Assert.That(run[0].Restarts, Is.EqualTo(3));
    }

    [Test]
    public void Only_the_new_revision_fails_by_a_defect_and_only_from_its_onset()
    {
        var run = new CellRun(Plain with { Defect = new Defect.ErrorRate(0.3), Onset = TimeSpan.FromMinutes(10) });
        run.Begin(new(5, 0));
        var (early, late, lateRequests, control) = (0L, 0L, 0L, 0L);
        while (run.Next())
        {
            early += run.Now <= 600 ? run.Truth.CanaryBad : 0;
            late += run.Now > 605 ? run.Truth.CanaryBad : 0;
            lateRequests += run.Now > 605 ? run.Truth.CanaryRequests : 0;
            control += run.Truth.ControlBad;
        }

        Assert.That(early, Is.EqualTo(600).Within(130));
        Assert.That((double)late / lateRequests, Is.EqualTo(0.3).Within(0.01));
        Assert.That(control, Is.EqualTo(16_200).Within(640));
    }

    [Test]
    public void An_outage_hits_both_revisions_alike()
    {
        var truth = Play(new CellRun(Plain with { Disturbances = [new Disturbance.Outage(0.5) { Start = TimeSpan.Zero, Length = TimeSpan.FromHours(1) }] }), 2);

        Assert.That((double)truth.CanaryBad / truth.CanaryRequests, Is.EqualTo(0.505).Within(0.01));
        Assert.That((double)truth.ControlBad / truth.ControlRequests, Is.EqualTo(0.505).Within(0.01));
    }

    [Test]
    public void Vanished_requests_are_bad_and_are_not_counted_by_the_pods()
    {
        var run = new CellRun(Plain with { Defect = new Defect.RequestsVanish(1) });
        var truth = Play(run, 2);

        Assert.That(truth.CanaryBad, Is.EqualTo(180_000).Within(2_200));
        Assert.That(run[run.PodCount - 1].Requests, Is.Zero);
    }

    [Test]
    public void Latency_counts_follow_the_model()
    {
        var run = new CellRun(Plain with { Latency = new() { NoiseSigma = 0, WarmUp = TimeSpan.Zero }, Scraping = new() { Missed = 0 } });
        Play(run, 4);
        var last = run.PodCount - 1;
        var total = (double)run[last].Requests;

        // P(> 0.1 s) = 1 − Φ(ln(0.1/0.08)/0.7) = 0.3749, and 0.0008 or so more by the tail; 5 standard errors are 0.0057.
        Assert.That(run.Slower(last)[4] / total, Is.EqualTo(0.3756).Within(0.006));
        // P(> 2.5 s) is the tail's: 0.001 · 5^-1.5.
        Assert.That(run.Slower(last)[8], Is.EqualTo(total * 0.001 * Math.Pow(5, -1.5)).Within(25));
    }

    [Test]
    public void A_slow_defect_moves_its_share_beyond_its_seconds()
    {
        var run = new CellRun(Plain with { Latency = new() { NoiseSigma = 0, WarmUp = TimeSpan.Zero }, Defect = new Defect.SlowRequests(0.02, 1), Scraping = new() { Missed = 0 } });
        var truth = Play(run, 4);
        var last = run.PodCount - 1;

        Assert.That(run.Slower(last)[7] / (double)run[last].Requests, Is.EqualTo(0.02 + 0.0005).Within(0.003));
        Assert.That(truth.CanaryBad, Is.EqualTo(1_800 + 3_600).Within(400));
    }

    [Test]
    public void A_rolling_update_ends_with_new_pods_only()
    {
        var run = new CellRun(Plain with { Schedule = RolloutSchedule.Rolling(8), History = TimeSpan.FromMinutes(1) });
        run.Begin(new(9, 0));
        var oldInHistory = 0L;
        while (run.Next())
        {
            oldInHistory += run.Now <= 0 ? run.Truth.ControlRequests : 0;
            if (run.Now > 60)
            {
                Assert.That(run.Truth.ControlRequests, Is.Zero);
            }
        }

        // The first readings of the run lack what came before it: half a tick on average.
        Assert.That(oldInHistory, Is.EqualTo(57_500).Within(1_300));
    }

    [Test]
    public void Catalogued_cells_have_names_of_their_own_and_play_to_their_end()
    {
        Cell[] all = [.. CellCatalogue.Healthy, .. CellCatalogue.Faulty];

        Assert.That(all.Select(cell => cell.Name), Is.Unique);
        Assert.That(CellCatalogue.Healthy.All(cell => cell.IsHealthy), Is.True);
        Assert.That(CellCatalogue.Faulty.Any(cell => cell.IsHealthy), Is.False);
        foreach (var cell in all)
        {
            var truth = Play(new CellRun(cell with { Duration = TimeSpan.FromMinutes(31), History = TimeSpan.FromMinutes(1) }), 1);
            Assert.That(truth.ControlRequests, Is.Positive, cell.Name);
        }
    }

    [Test]
    [Category("Slow")]
    public void Twenty_pods_play_fast_enough_for_twenty_thousand_runs_a_core_in_minutes()
    {
        var run = new CellRun(Plain with { Schedule = RolloutSchedule.Canary(18, 2, 0.1), RequestsPerSecond = 100, Errors = new() });
        Play(run, 1);
        // Time of the processor, not of the clock, which other work on the machine would stretch.
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        for (ulong seed = 0; seed < 500; seed++)
        {
            Play(run, seed);
        }

        process.Refresh();
        var milliseconds = (process.TotalProcessorTime - before).TotalMilliseconds / 500;
        TestContext.Out.WriteLine($"{milliseconds:0.00} ms a run");
        Assert.That(milliseconds, Is.LessThan(50));
    }

    private static TickTruth Play(CellRun run, ulong seed)
    {
        run.Begin(new RandomSource(seed, 0));
        var sum = default(TickTruth);
        while (run.Next())
        {
            var now = run.Truth;
            sum = new(
                sum.ControlRequests + now.ControlRequests,
                sum.ControlBad + now.ControlBad,
                sum.CanaryRequests + now.CanaryRequests,
                sum.CanaryBad + now.CanaryBad);
        }

        return sum;
    }

    private static (double Mean, double Variance) CanaryErrorMoments(Cell cell)
    {
        var run = new CellRun(cell);
        var (n, sum, squares) = (0, 0.0, 0.0);
        for (ulong seed = 0; seed < 15; seed++)
        {
            run.Begin(new(seed, 0));
            while (run.Next())
            {
                n++;
                sum += run.Truth.CanaryBad;
                squares += (double)run.Truth.CanaryBad * run.Truth.CanaryBad;
            }
        }

        var mean = sum / n;
        return (mean, (squares / n) - (mean * mean));
    }
}
