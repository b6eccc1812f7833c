using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Words and numbers that every view of a simulation shows.</summary>
internal static class SimulateText
{
    /// <summary>A length of time: <c>6 h</c>, <c>30 min</c>, <c>25 s</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        _ when time >= TimeSpan.FromDays(2) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} d"),
        _ when time >= TimeSpan.FromHours(2) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
        _ when time >= TimeSpan.FromMinutes(2) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
    };

    /// <summary>A moment of virtual time: <c>00:20:35</c>, with days before it where there are any.</summary>
    public static string Clock(TimeSpan at) => at.ToString(at.Days > 0 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Of(DecisionKind kind) => Demo.DemoText.Of(kind);

    public static Tone ToneOf(DecisionKind kind) => kind switch
    {
        DecisionKind.RollBack or DecisionKind.NotCured => Tone.Bad,
        DecisionKind.Hold or DecisionKind.Page or DecisionKind.Blind or DecisionKind.CureUnknown => Tone.Doubtful,
        _ => Tone.Good,
    };

    /// <summary>What was done about a rollout, and what was found after it, for people.</summary>
    public static string Of(PlayedRollout rollout) => rollout switch
    {
        { IsOnlyAdvised: true } => "would roll back",
        { Cure: { } cure } => $"{Of(rollout.Action)}, {Of(cure)}",
        _ => Of(rollout.Action),
    };

    /// <summary>The strongest thing that was done about a rollout, for people.</summary>
    public static string Of(ExpectedAction action) => action switch
    {
        ExpectedAction.None => "left alone",
        ExpectedAction.Hold => "held",
        ExpectedAction.Page => "person called",
        ExpectedAction.RollBack => "rolled back",
        _ => "contested",
    };

    /// <summary>What was found after a rollback, for people.</summary>
    public static string Of(CureFinding cure) => cure switch
    {
        CureFinding.Cured => "cured",
        CureFinding.NotCured => "NOT CURED",
        _ => "cure unknown",
    };
}
