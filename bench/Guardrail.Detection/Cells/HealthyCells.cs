using System.Collections.Immutable;
using static Guardrail.Detection.Cells.CellParts;

namespace Guardrail.Detection.Cells;

/// <summary>The healthy cells.</summary>
internal static class HealthyCells
{
    /// <summary>Cells in which the new revision is as good as the old one: every rollback is false.</summary>
    public static ImmutableArray<Cell> All { get; } =
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
        new() { Name = "50 pods", RequestsPerSecond = 1000, Schedule = RolloutSchedule.Canary(45, 5, 0.1) },
        new() { Name = "50 pods differ, τ=0.2", RequestsPerSecond = 1000, Schedule = RolloutSchedule.Canary(45, 5, 0.1), Errors = new() { BaseRate = 0.005, PodSpread = 0.2 } },
        new() { Name = "10,000 rps", RequestsPerSecond = 10_000 },
        new() { Name = "10,000 rps, 50 pods, latency", RequestsPerSecond = 10_000, Schedule = RolloutSchedule.Canary(45, 5, 0.1), Latency = new() },
        With("10,000 rps, dependency outage 20 %", new Disturbance.Outage(0.2) { Start = Minutes(6), Length = Minutes(2) }) with { RequestsPerSecond = 10_000 },
        new() { Name = "rate halves", DiurnalFactor = 0.5, RequestsPerSecond = 1000 },
        With("outage 100 %, scrapes apart", new Disturbance.Outage(1) { Start = Minutes(6), Length = Minutes(2) }) with { Scraping = new() { Apart = true }, RequestsPerSecond = 1000 },
        With("outage 20 %, scrapes apart", new Disturbance.Outage(0.2) { Start = Minutes(6), Length = Minutes(2) }) with { Scraping = new() { Apart = true }, RequestsPerSecond = 1000 },
        new() { Name = "three routes", RequestsPerSecond = 1000, Routes = Routes },
        With("three routes, the new revision gets another mix", new Disturbance.OtherMix([0.5, 0.3, 0.2]) { Start = TimeSpan.Zero, Length = Minutes(30) }) with
        {
            RequestsPerSecond = 1000, Routes = Routes,
        },
        With("three routes, the mix shifts at 10 min", new Disturbance.OtherMix([0.6, 0.2, 0.2]) { Start = Minutes(10), Length = Minutes(20) }) with
        {
            RequestsPerSecond = 1000, Routes = Routes, Latency = new(),
        },
        new() { Name = "orders at 100 rps", Business = Orders },
        new() { Name = "orders at 1000 rps", RequestsPerSecond = 1000, Business = Orders },
        With("orders, flash crowd ×3", new Disturbance.Surge(3) { Start = Minutes(8), Length = Minutes(5) }) with { RequestsPerSecond = 1000, Business = Orders },
        With("orders fall by half for 5 min", new Disturbance.Conversion(0.5) { Start = Minutes(8), Length = Minutes(5) }) with { RequestsPerSecond = 1000, Business = Orders },
        With("orders, ramp, drift ×0.7", new Disturbance.Conversion(0.7) { Start = Minutes(10), Length = Minutes(20) }) with
        {
            RequestsPerSecond = 1000, Schedule = RolloutSchedule.Ramp(10), Business = Orders,
        },
        new() { Name = "orders, 15 s scrapes", RequestsPerSecond = 100, Business = Orders, Scraping = new() { IntervalSeconds = 15 } },
        Beside("dependency fails after replacement, a neighbour suffers too", new Disturbance.Outage(0.2) { Start = Minutes(4), Length = Minutes(5) }),
        Beside("demand falls everywhere after replacement", new Disturbance.Surge(0.2) { Start = Minutes(4), Length = Minutes(10) }),
        Beside("another service's bad rollout after replacement", new Disturbance.Shift(20, 1) { Start = Minutes(5), Length = Minutes(5) }) with
        {
            Neighbours = [new("payments", Service(1000) with { Schedule = RolloutSchedule.Canary(3, 1, 0.25), Defect = new Defect.ErrorRate(0.2), Onset = Minutes(5) }), Gateway],
        },
        Beside("another service's bad replacement", new Disturbance.Shift(20, 1) { Start = Minutes(5), Length = Minutes(5) }) with
        {
            Neighbours = [new("payments", Service(1000) with { Schedule = RolloutSchedule.Instant(3), Defect = new Defect.ErrorRate(0.2), Onset = Minutes(5) }), Gateway],
        },
        With("three routes, dependency outage 20 %", new Disturbance.Outage(0.2) { Start = Minutes(6), Length = Minutes(2) }) with { RequestsPerSecond = 1000, Routes = Routes },
    ];

    private static Cell With(string name, Disturbance disturbance) => new() { Name = name, Disturbances = [disturbance] };

    // The old revision is gone at once, and what happens then happens to the gateway before it as well: whose doing is it?
    private static Cell Beside(string name, Disturbance disturbance) => new()
    {
        Name = name,
        RequestsPerSecond = 1000,
        Schedule = RolloutSchedule.Instant(4),
        Disturbances = [disturbance],
        Neighbours = [new(Gateway.Name, Gateway.Cell with { Disturbances = [disturbance] })],
    };
}
