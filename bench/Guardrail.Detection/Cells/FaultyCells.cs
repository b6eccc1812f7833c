using System.Collections.Immutable;
using static Guardrail.Detection.Cells.CellParts;

namespace Guardrail.Detection.Cells;

/// <summary>The faulty cells.</summary>
internal static class FaultyCells
{
    /// <summary>Cells in which the new revision is bad.</summary>
    public static ImmutableArray<Cell> All { get; } =
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
        Bad("1 of 3 canary pods bad", 1000, new Defect.BadPods(1, 0.3)) with { Schedule = RolloutSchedule.Canary(7, 3, 0.3), Answer = RightAnswer.NamePod },
        Bad("crash loop", 100, new Defect.CrashLoop(20)) with { Schedule = RolloutSchedule.Canary(7, 3, 0.3) },
        Bad("out of memory at 15 min", 100, new Defect.OutOfMemory(Minutes(15))) with { Schedule = RolloutSchedule.Canary(7, 3, 0.3) },
        .. new[] { 0.05, 0.3, 1 }.Select(share => Bad(Label($"{share:P0} of requests vanish in the canary"), 1000, new Defect.RequestsVanish(share))),
        Bad("all requests vanish after 100 %", 1000, new Defect.RequestsVanish(1)) with { Schedule = RolloutSchedule.Instant(4) },
        Bad("all requests vanish after 100 %, the gateway is busy", 1000, new Defect.RequestsVanish(1)) with
        {
            Schedule = RolloutSchedule.Instant(4), Onset = Minutes(2), Neighbours = [Gateway],
        },
        .. new[] { 0.05, 0.3 }.Select(share => Bad(Label($"{share:P0} fewer orders"), 1000, new Defect.FewerGoodEvents(share)) with { Business = Orders }),
        Bad("30 % fewer orders at 100 rps", 100, new Defect.FewerGoodEvents(0.3)) with { Business = Orders },
        Bad("single-route fault, 5 % of the traffic", 1000, new Defect.RouteErrors(2, 0.3)) with { Routes = Routes },
        Step(1000, 0.001, 0.05, TimeSpan.Zero) with { Name = "0.10 % → 5.00 %, 5 of 50 pods", Schedule = RolloutSchedule.Canary(45, 5, 0.1) },
        Step(10_000, 0.001, 0.002, TimeSpan.Zero),
        Step(10_000, 0.001, 0.05, TimeSpan.Zero),
        Bad("both revisions damaged", 100, new Defect.SharedDamage(0.1)) with { Onset = Minutes(2), Answer = RightAnswer.CallPerson },
        Bad("both revisions damaged at 1000 rps", 1000, new Defect.SharedDamage(0.05)) with { Onset = Minutes(2), Answer = RightAnswer.CallPerson },
        Step(1000, 0.001, 0.05, TimeSpan.Zero) with { Name = "0.10 % → 5.00 % in a rolling update", Schedule = RolloutSchedule.Rolling(8) },
        Step(1000, 0.001, 0.01, TimeSpan.Zero) with { Name = "0.10 % → 1.00 % in a ramp", Schedule = RolloutSchedule.Ramp(10) },
        Step(1000, 0.001, 0.01, Minutes(10)) with { Name = "0.10 % → 1.00 % in a ramp, onset 10 min", Schedule = RolloutSchedule.Ramp(10) },
        Step(1000, 0.001, 0.05, TimeSpan.Zero) with { Name = "0.10 % → 5.00 % replaced at once", Schedule = RolloutSchedule.Instant(4) },
        Step(1000, 0.001, 0.05, Minutes(2)) with { Name = "0.10 % → 5.00 % after replacement, a neighbour is calm", Schedule = RolloutSchedule.Instant(4), Neighbours = [Gateway] },
    ];

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
