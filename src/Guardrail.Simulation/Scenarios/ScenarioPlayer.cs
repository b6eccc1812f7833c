using Guardrail.Simulation.Scenarios.Play;

namespace Guardrail.Simulation.Scenarios;

/// <summary>Plays scenarios in virtual time, in this process. The same scenario and seed give the same result, bit for bit.</summary>
public static class ScenarioPlayer
{
    /// <summary>Plays a scenario with Guardrail, and without it if that is wished for.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">Seed of all randomness.</param>
    /// <param name="wishes">What is to be kept; default: only what came of it.</param>
    public static ScenarioResult Play(Scenario scenario, ulong seed, PlayWishes? wishes = null)
    {
        wishes ??= new();
        var guarded = new ScenarioPlay(scenario, seed, isGuarded: true, wishes.Timeline, wishes.Listener).Run();
        var unguarded = wishes.Unguarded ? new ScenarioPlay(scenario, seed, isGuarded: false, wishes.Timeline, listener: null).Run() : null;
        return new(scenario, seed, guarded, unguarded, ExpectationChecks.Of(scenario.Expect, scenario, guarded));
    }
}

/// <summary>What is to be kept of a play.</summary>
public sealed record PlayWishes
{
    /// <summary>Whether the timeline is kept tick by tick, for plots; costs memory and time. Default false.</summary>
    public bool Timeline { get; init; }

    /// <summary>Whether the same seed is played without Guardrail too. Default false.</summary>
    public bool Unguarded { get; init; }

    /// <summary>Told of the run with Guardrail while it is played; null for nobody.</summary>
    public IScenarioListener? Listener { get; init; }
}
