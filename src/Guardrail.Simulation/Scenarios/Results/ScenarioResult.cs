using System.Collections.Immutable;

namespace Guardrail.Simulation.Scenarios;

/// <summary>What came of a scenario: the same seed played with Guardrail and, where that was asked for, without it.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Seed">Seed of all randomness: the same scenario and seed give the same result, bit for bit.</param>
/// <param name="Guarded">The run with Guardrail.</param>
/// <param name="Unguarded">The run without, in which nothing is decided and every rollout goes on; null when it was not played.</param>
/// <param name="Checks">What was expected, and what came of it; in the order of the file.</param>
public sealed record ScenarioResult(
    Scenario Scenario, ulong Seed, ScenarioRun Guarded, ScenarioRun? Unguarded, ImmutableArray<ExpectationCheck> Checks)
{
    /// <summary>Whether all that was expected came true.</summary>
    public bool IsMet => Checks.All(check => check.IsMet);

    /// <summary>Requests that Guardrail saved from being spoilt; null when the run without it was not played.</summary>
    public long? Saved => Unguarded is { } without ? without.Truth.BadRequests - Guarded.Truth.BadRequests : null;
}

/// <summary>One expectation and what came of it.</summary>
/// <param name="Subject">What it is about: <c>session v2</c>, or the scenario as a whole.</param>
/// <param name="Expected">What was expected, for people: <c>RollBack within 60 s</c>.</param>
/// <param name="Found">What came of it, for people: <c>RollBack after 25 s</c>.</param>
/// <param name="IsMet">Whether it came true.</param>
public sealed record ExpectationCheck(string Subject, string Expected, string Found, bool IsMet);
