using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Guardrail.Engine.Policies;
using Guardrail.Simulation.Scenarios;
using Guardrail.Simulation.Traffic.Randomness;

namespace Guardrail.Simulation.Drills;

/// <summary>What is drilled, and by whom. The same plan and the same commands at the same times give the same drill, bit for bit.</summary>
public sealed record DrillPlan
{
    /// <summary>Longest drill: 24 h of virtual time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The scenario, as it was read.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>How the scenario was named: a name of the library, or a path.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of the scenario's text, in lower-case hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>Seed of all randomness.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What Guardrail does in it.</summary>
    public DrillGuardrail Guardrail { get; init; } = DrillGuardrail.Ask;

    /// <summary>Who takes part, none twice.</summary>
    public required ImmutableArray<string> Participants { get; init; }

    /// <summary>Who leads; one of <see cref="Participants"/>.</summary>
    public required string Lead { get; init; }

    /// <summary>Where in the scenario the participants come in; what comes before is played at once.</summary>
    public required TimeSpan Begins { get; init; }

    /// <summary>Virtual time from then to the end at which requests are counted.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Virtual time of the scenario at which it ends.</summary>
    public TimeSpan Horizon => Begins + Length;

    /// <summary>
    /// Where participants come in: one to three minutes before anything happens, how long is drawn by the seed, so that nobody knows when it begins.
    /// </summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">The drill's seed.</param>
    public static TimeSpan BeginOf(Scenario scenario, ulong seed)
    {
        var first = scenario.Rollouts.Select(r => r.At)
            .Concat(scenario.Events.Where(e => e is not ScenarioEvent.GitOpsFight).Select(e => e.At)).DefaultIfEmpty(TimeSpan.Zero).Min();
        var tick = scenario.Observe.Interval;
        var ahead = TimeSpan.FromSeconds(60 + (120 * new RandomSource(seed, "drill").NextDouble()));
        return first <= ahead ? TimeSpan.Zero : tick * Math.Floor((first - ahead) / tick);
    }

    /// <summary>How long it is: as wished, but not beyond the scenario's end.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="begins">Where participants come in.</param>
    /// <param name="wished">Wished virtual time.</param>
    public static TimeSpan LengthOf(Scenario scenario, TimeSpan begins, TimeSpan wished) =>
        begins + wished > scenario.Duration ? scenario.Duration - begins : wished;

    /// <summary>The digest of a scenario's text.</summary>
    /// <param name="text">The text.</param>
    public static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The scenario as it is played: up to the horizon, read at one rhythm, so that a command may come at any time.</summary>
    internal Scenario Played => Scenario with
    {
        Duration = Horizon,
        Observe = Scenario.Observe with { QuietInterval = null },
        Expect = new(),
    };

    /// <summary>The same drill of a scenario that begins where the participants come in, for a cluster, in which nothing can be played beforehand.</summary>
    public DrillPlan Live() => this with
    {
        Scenario = Scenario.From(Begins) with { Duration = Length, Observe = Scenario.Observe with { QuietInterval = null }, Expect = new() },
        Begins = TimeSpan.Zero,
    };

    /// <summary>The policies that the daemon is given in a live drill; where there is to be no Guardrail, it only observes.</summary>
    public ImmutableArray<GuardPolicy> LivePolicies => Guardrail == DrillGuardrail.On
        ? Scenario.Policies
        : [.. Scenario.Policies.Select(p => p with { Autonomy = Guardrail == DrillGuardrail.Ask ? Autonomy.Recommend : Autonomy.Observe })];

    /// <summary>The same with the policies that this drill is played under.</summary>
    internal Scenario PlayedByPeople => Guardrail == DrillGuardrail.Ask
        ? Played with { Policies = [.. Scenario.Policies.Select(p => p with { Autonomy = Autonomy.Recommend })] }
        : Played;
}

/// <summary>What Guardrail does in a drill.</summary>
public enum DrillGuardrail
{
    /// <summary>It watches, touches nothing, and says what it believes to whoever asks.</summary>
    Ask,

    /// <summary>It acts as the scenario's policy lets it, and says so.</summary>
    On,

    /// <summary>There is none.</summary>
    Off,
}
