using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Detection.Cells;

/// <summary>The cells of the benchmark.</summary>
public static class CellCatalogue
{
    private static readonly BurstSize Geometric = new BurstSize.Geometric(5);
    private static readonly BurstSize HeavyTailed = new BurstSize.Pareto(1.5, 200);

    /// <summary>Cells in which the new revision is as good as the old one: every rollback is false.</summary>
    public static ImmutableArray<Cell> Healthy { get; } =
    [
        .. from rps in new[] { 1.0, 10, 100, 1000 }
           from rate in new[] { 0.0001, 0.001, 0.005, 0.01 }
           select new Cell { Name = Label($"clean {rate:P2} at {rps} rps"), RequestsPerSecond = rps, Errors = new() { BaseRate = rate } },
        new() { Name = "clean, 15 s scrapes", Scraping = new() { IntervalSeconds = 15 } },
        new() { Name = "clean, 3 of 10 pods, restarts", Schedule = RolloutSchedule.Canary(7, 3, 0.3), Scraping = new() { RestartsPerHour = 1 } },
        new() { Name = "bursts of 5", RequestsPerSecond = 1000, Errors = new() { BaseRate = 0.005, Bursts = Geometric } },
        new() { Name = "bursts of 5 over 30 s", RequestsPerSecond = 1000, Errors = new() { BaseRate = 0.005, Bursts = Geometric, BurstTicks = 6 } },
        new() { Name = "heavy-tailed bursts", RequestsPerSecond = 1000, Errors = new() { BaseRate = 0.005, Bursts = HeavyTailed } },
        new() { Name = "heavy-tailed bursts over 30 s", RequestsPerSecond = 1000, Errors = new() { BaseRate = 0.005, Bursts = HeavyTailed, BurstTicks = 6 } },
        .. new[] { 3.0, 10 }.Select(phi => new Cell { Name = Label($"shared dispersion {phi}"), RequestsPerSecond = 1000, Errors = new() { BaseRate = 0.005, SharedDispersion = phi } }),
        .. new[] { 0.1, 0.2, 0.3 }.Select(tau => new Cell
        {
            Name = Label($"pods differ, τ={tau}"),
            RequestsPerSecond = 1000,
            Errors = new() { BaseRate = 0.005, PodSpread = tau },
        }),
        new() { Name = "pods differ, τ=0.2, 3 of 13", RequestsPerSecond = 1000, Schedule = RolloutSchedule.Canary(10, 3, 0.23), Errors = new() { BaseRate = 0.005, PodSpread = 0.2 } },
        new() { Name = "warm-up", RequestsPerSecond = 200, Latency = new() },
        new() { Name = "latency at 1000 rps", RequestsPerSecond = 1000, Latency = new() },
        With("latency ×1.5 everywhere", new Disturbance.Shift(1, 1.5) { Start = Minutes(5), Length = Minutes(5) }) with { RequestsPerSecond = 1000, Latency = new() },
        With("ramp, latency drifts ×1.5", new Disturbance.Shift(1, 1.5) { Start = Minutes(10), Length = Minutes(20) }) with
        {
            RequestsPerSecond = 1000, Schedule = RolloutSchedule.Ramp(10), Latency = new(),
        },
        With("slow node under 1 of 3 canary pods", new Disturbance.SlowNode(3) { Start = Minutes(10), Length = Minutes(5) }) with
        {
            RequestsPerSecond = 200, Schedule = RolloutSchedule.Canary(7, 3, 0.3), Latency = new(),
        },
        new() { Name = "pods stall", RequestsPerSecond = 1000, Latency = new(), LatencyNoise = new() { StallPercent = 2 } },
        new() { Name = "pods differ in latency, τ=0.05", RequestsPerSecond = 1000, Latency = new(), LatencyNoise = new() { PodSpread = 0.05 } },
        new() { Name = "rate doubles", DiurnalFactor = 2 },
        With("flash crowd ×3", new Disturbance.Surge(3) { Start = Minutes(8), Length = Minutes(5) }),
        With("route mix shifts", new Disturbance.Shift(2, 1.2) { Start = Minutes(5), Length = Minutes(25) }),
        With("dependency outage 20 %, 2 min", new Disturbance.Outage(0.2) { Start = Minutes(6), Length = Minutes(2) }),
        With("dependency outage 100 %, 2 min", new Disturbance.Outage(1) { Start = Minutes(6), Length = Minutes(2) }),
        With("node failure under 1 of 3 canary pods", new Disturbance.NodeFailure(0.5) { Start = Minutes(10), Length = Minutes(5) }) with
        {
            Schedule = RolloutSchedule.Canary(7, 3, 0.3),
        },
        With("scrape gap", new Disturbance.ScrapeGap { Start = Minutes(5), Length = Minutes(1) }),
        With("another service's rollout", new Disturbance.Shift(5, 1) { Start = Minutes(4), Length = Minutes(3) }),
        With("ramp, drift ×2", new Disturbance.Shift(2, 1) { Start = Minutes(10), Length = Minutes(20) }) with
        {
            RequestsPerSecond = 1000, Schedule = RolloutSchedule.Ramp(10), Errors = new() { BaseRate = 0.005 },
        },
        new() { Name = "rolling update", Schedule = RolloutSchedule.Rolling(8) },
        new() { Name = "instant replacement", Schedule = RolloutSchedule.Instant(4) },
    ];

    /// <summary>Cells in which the new revision is bad.</summary>
    public static ImmutableArray<Cell> Faulty { get; } =
    [
        .. from rps in new[] { 100.0, 1000 }
           from to in new[] { 0.002, 0.003, 0.01, 0.05, 0.3 }
           select Step(rps, 0.001, to, TimeSpan.Zero),
        .. new[] { 2.0, 10, 25 }.Select(minutes => Step(1000, 0.001, 0.01, Minutes(minutes))),
        Step(1000, 0.005, 0.01, TimeSpan.Zero),
        Step(1000, 0.005, 0.015, TimeSpan.Zero),
        Step(1000, 0.005, 0.05, TimeSpan.Zero) with { Name = "0.50 % → 5.00 % in bursts at 1000 rps", Errors = new() { BaseRate = 0.005, Bursts = Geometric } },
        Step(100, 0.001, 0.05, TimeSpan.Zero) with { Name = "0.10 % → 5.00 % at 100 rps, 15 s scrapes", Scraping = new() { IntervalSeconds = 15 } },
        Bad("slow leak", 1000, new Defect.SlowLeak(Minutes(10))),
        .. new[] { 0.005, 0.02, 0.1 }.Select(share => Slow(Label($"+1 s on {share:P1}"), new Defect.SlowRequests(share, 1))),
        .. new[] { 1.1, 1.3, 2 }.Select(factor => Slow(Label($"latency ×{factor}"), new Defect.SlowerBy(factor))),
        Slow("timeouts on 1 %", new Defect.SlowRequests(0.01, 10)),
        Bad("1 of 3 canary pods bad", 1000, new Defect.BadPods(1, 0.3)) with { Schedule = RolloutSchedule.Canary(7, 3, 0.3) },
        Bad("crash loop", 100, new Defect.CrashLoop(20)) with { Schedule = RolloutSchedule.Canary(7, 3, 0.3) },
        Bad("out of memory at 15 min", 100, new Defect.OutOfMemory(Minutes(15))) with { Schedule = RolloutSchedule.Canary(7, 3, 0.3) },
        .. new[] { 0.05, 0.3, 1 }.Select(share => Bad(Label($"{share:P0} of requests vanish in the canary"), 1000, new Defect.RequestsVanish(share))),
        Bad("all requests vanish after 100 %", 1000, new Defect.RequestsVanish(1)) with { Schedule = RolloutSchedule.Instant(4) },
        Bad("both revisions damaged", 100, new Defect.SharedDamage(0.1)) with { Onset = Minutes(2) },
        Step(1000, 0.001, 0.05, TimeSpan.Zero) with { Name = "0.10 % → 5.00 % in a rolling update", Schedule = RolloutSchedule.Rolling(8) },
        Step(1000, 0.001, 0.05, TimeSpan.Zero) with { Name = "0.10 % → 5.00 % replaced at once", Schedule = RolloutSchedule.Instant(4) },
    ];

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static string Label(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static Cell With(string name, Disturbance disturbance) => new() { Name = name, Disturbances = [disturbance] };

    private static Cell Step(double rps, double from, double to, TimeSpan onset) => new()
    {
        Name = Label($"{from:P2} → {to:P2} at {rps} rps{(onset == TimeSpan.Zero ? string.Empty : Label($", onset {onset.TotalMinutes} min"))}"),
        RequestsPerSecond = rps,
        Errors = new() { BaseRate = from },
        Defect = new Defect.ErrorRate(to),
        Onset = onset,
    };

    private static Cell Bad(string name, double rps, Defect defect) => new() { Name = name, RequestsPerSecond = rps, Defect = defect };

    // Latency defects begin after the warm-up, which every rule is allowed to leave out.
    private static Cell Slow(string name, Defect defect) =>
        new() { Name = name, RequestsPerSecond = 1000, Latency = new(), Defect = defect, Onset = TimeSpan.FromSeconds(90) };
}
