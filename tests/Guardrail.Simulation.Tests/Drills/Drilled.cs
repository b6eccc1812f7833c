using System.Collections.Immutable;
using Guardrail.Simulation.Drills;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Tests.Scenarios;

namespace Guardrail.Simulation.Tests.Drills;

/// <summary>Drills in a few lines.</summary>
internal static class Drilled
{
    /// <summary>A shop whose api gets a bad release at 5 min, and whose frontend calls it.</summary>
    public const string BadApi = """
        duration: 20m
        services: {shop: {traffic: 200/s, errors: 0%, calls: [api]}, api: {pods: 10, errors: 0%}, mail: {traffic: 20/s}}
        rollouts: [{service: api, at: 5m, by: agent, faults: [{fault: errors, rate: 10%}]}]
        policy: {autonomy: Enforce, pacing: {enabled: true}}
        """;

    /// <summary>A plan that begins two minutes before the release, and ends ten minutes later.</summary>
    public static DrillPlan Plan(string body, DrillGuardrail guardrail = DrillGuardrail.Off) => new()
    {
        Scenario = Samples.Read(body),
        Source = "test.yaml",
        Digest = DrillPlan.DigestOf(body),
        Seed = 1,
        Guardrail = guardrail,
        Participants = ["anna", "ben"],
        Lead = "anna",
        Begins = TimeSpan.FromMinutes(3),
        Length = TimeSpan.FromMinutes(12),
    };

    /// <summary>The steps of a script.</summary>
    public static ImmutableArray<DrillStep> Steps(DrillPlan plan, string script) =>
        DrillScript.Read(new StringReader(script), "script", new(plan.Scenario, plan.Participants), plan.Lead).Steps;

    /// <summary>Plays a drill.</summary>
    public static (DrillScore Score, ImmutableArray<DrillNews> News) Play(DrillPlan plan, string script)
    {
        var told = ImmutableArray.CreateBuilder<DrillNews>();
        var (score, _) = DrillReplay.Play(plan, Steps(plan, script), (_, news) =>
        {
            if (news is not null)
            {
                told.Add(news);
            }
        });
        return (score, told.ToImmutable());
    }

    /// <summary>A result that was not played, for files and overviews.</summary>
    public static DrillResult Result(string day, string scenario, string people, DrillScore? score = null) => new()
    {
        StartedAt = DateTimeOffset.Parse(day + "T10:00:00Z", System.Globalization.CultureInfo.InvariantCulture),
        Version = "0.1.0",
        Scenario = scenario,
        Source = scenario,
        Digest = new('a', 64),
        Seed = 7,
        Begins = TimeSpan.FromSeconds(300),
        Length = TimeSpan.FromSeconds(1800),
        Guardrail = DrillGuardrail.Ask,
        Speed = 1,
        Participants = [.. people.Split(',')],
        Lead = people.Split(',')[0],
        Steps = [new(TimeSpan.FromSeconds(61.25), people.Split(',')[0], new DrillCommand.See("errors: \"5 %\" # at checkout"))],
        EndedAt = TimeSpan.FromSeconds(400),
        Score = score ?? Score(30, 60, 90),
    };

    /// <summary>A score with these times, in seconds.</summary>
    public static DrillScore Score(double detected, double decided, double? mitigated) => new()
    {
        Trouble = DrillTrouble.Rollout,
        HurtAt = TimeSpan.FromSeconds(60),
        Detected = Point(detected),
        Decided = Point(decided),
        Mitigated = mitigated is { } m ? Point(m) : null,
        Wrong = [new(TimeSpan.FromSeconds(70), "ben", "rollback mail", "mail v1 was well <b>")],
        Rollouts =
        [
            new() { Service = "api", From = "v1", To = "v2", IsHealthy = false, BegunAt = TimeSpan.FromSeconds(50), FirstBadAt = TimeSpan.FromSeconds(60), EndedBy = Point(decided), BadRequests = 5 },
        ],
        Paged = ["the payments team"],
        Asked = 2,
        Requests = new(1000, 50, 5, 500),
    };

    private static DrillMilestone Point(double took) => new(TimeSpan.FromSeconds(60 + took), TimeSpan.FromSeconds(took), "anna", "said");
}
