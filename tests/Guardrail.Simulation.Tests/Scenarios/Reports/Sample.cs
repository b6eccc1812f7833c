using System.Collections.Immutable;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Detectors;
using Guardrail.Engine.Policies;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Traffic.Models;

namespace Guardrail.Simulation.Tests.Scenarios.Reports;

/// <summary>Runs that are written down by hand, of services of 100 requests a tick of five seconds.</summary>
internal static class Sample
{
    public const int TickSeconds = 5;

    public static TimeSpan Begun { get; } = TimeSpan.FromSeconds(60);

    public static ImmutableArray<double> Edges { get; } = [0.1, 0.5];

    /// <summary>One bad rollout of the first service, taken back at 90 s, or never without Guardrail.</summary>
    /// <param name="services">Names of the services.</param>
    /// <param name="ticks">Length of the runs.</param>
    public static ScenarioResult Result(string[] services, int ticks) => new(
        Scenario(services, ticks),
        Seed: 7,
        Run(services, ticks, isGuarded: true),
        Run(services, ticks, isGuarded: false),
        [new($"{services[0]} v2", "RollBack within 60 s", "RollBack after 25 s", true)]);

    public static Scenario Scenario(string[] services, int ticks) => new()
    {
        Name = "by-hand",
        Title = "A <b>bold</b> release & its end",
        Story = "First \"paragraph\".\n\nSecond <script>alert(1)</script>.",
        Duration = TimeSpan.FromSeconds(ticks * TickSeconds),
        Services = [.. services.Select(s => new ScenarioService { Name = s, Profile = new ServiceProfile() })],
        Policies = [new GuardPolicy { Name = "all", Namespace = "shop" }],
    };

    public static ScenarioRun Run(string[] services, int ticks, bool isGuarded)
    {
        TimeSpan? back = isGuarded ? TimeSpan.FromSeconds(90) : null;
        ImmutableArray<ServiceTimeline> timelines = [.. services.Select((s, i) => new ServiceTimeline(s, [.. Enumerable.Range(1, ticks).Select(t => Tick(t, i == 0, back))]))];
        var bad = timelines.SelectMany(s => s.Ticks).Sum(t => t.BadRequests);
        var reason = "errors: 40 of 200 requests of v2 (20 %), 0 of 400 of v1 (0 %) <&>";
        return new()
        {
            IsGuarded = isGuarded,
            LatencyEdges = Edges,
            Rollouts = [Rollout(services[0], back, bad, reason)],
            Decisions = isGuarded
                ?
                [
                    new(Begun, services[0], "v1", "v2", DecisionKind.Start, "Undecided", "a rollout", null),
                    new(back!.Value, services[0], "v1", "v2", DecisionKind.RollBack, "Regressed", reason, "applied"),
                ]
                : [],
            Moments = [new(Begun, services[0], "v2 rolled out by an agent"), new(TimeSpan.FromSeconds(70), null, "scrapes fail")],
            Services = timelines,
            Truth = new(services.Length * ticks * 100L, bad, 0, bad),
        };
    }

    public static PlayedRollout Rollout(string service, TimeSpan? back, long bad, string reason = "", bool isHealthy = false) => new()
    {
        Service = service,
        From = "v1",
        To = "v2",
        IsHealthy = isHealthy,
        BegunAt = Begun,
        FirstBadAt = isHealthy ? null : TimeSpan.FromSeconds(65),
        RolledBackAt = back,
        Action = back is null ? ExpectedAction.None : ExpectedAction.RollBack,
        Verdict = back is null ? "" : "Regressed",
        Reason = reason,
        BadRequests = bad,
    };

    private static ServiceTick Tick(int number, bool isFirst, TimeSpan? back)
    {
        var at = TimeSpan.FromSeconds(number * TickSeconds);
        var serves = isFirst && at > Begun && (back is null || at <= back);
        return new()
        {
            At = at,
            Control = new(serves ? 2 : 3, serves ? 60 : 100, 0, serves ? [6, 0] : [10, 0]),
            Canary = isFirst && at > Begun ? new(serves ? 1 : 0, serves ? 40 : 0, serves ? 8 : 0, serves ? [20, 4] : [0, 0]) : null,
            BadRequests = serves ? 8 : 0,
            Evidence = isFirst && at > Begun && back is not null
                ? new()
                {
                    From = "v1",
                    To = "v2",
                    Phase = at <= back ? "Comparing" : "RollingBack",
                    Verdict = "Undecided",
                    Log = 0.1 * number,
                    HoldAt = 3,
                    RollBackAt = 6.9,
                    Signals = [new("errors", DetectorKind.Comparison, null, 0.2 * number), new("latency", DetectorKind.Comparison, null, 0.1)],
                }
                : null,
        };
    }
}
