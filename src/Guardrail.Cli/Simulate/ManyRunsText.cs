using System.Globalization;
using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
using Guardrail.Engine.Rollouts;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Says what came of many plays of a scenario.</summary>
internal static class ManyRunsText
{
    private const int MostSeeds = 10;

    public static void Write(ManyRuns runs, TimeSpan took, Screen screen)
    {
        screen.Out.WriteLine(screen.Paint($"{runs.Scenario.Name}: {runs.Scenario.Title}", Tone.Heading));
        var table = new TextTable("ROLLOUT", "PLAYS", "GUARDRAIL", "AFTER (MEDIAN, P90, MOST)", "BAD REQUESTS (MEDIAN, P90, MOST)");
        foreach (var rollout in runs.Rollouts)
        {
            table.Add(
                ($"{rollout.Service} {rollout.To}{(rollout.Number > 1 ? $" (#{rollout.Number})" : "")}", Tone.Plain),
                (SimulateText.Number(rollout.Plays), Tone.Plain),
                (Guardrail(rollout), Tone.Plain),
                (rollout.Took is { } time ? Spread(time, " s") : "-", Tone.Plain),
                (Spread(rollout.BadRequests, ""), Tone.Plain));
        }

        if (!runs.Rollouts.IsEmpty)
        {
            table.Write(screen);
        }

        if (runs.FalseRollbackRate is var (lower, upper))
        {
            screen.Out.WriteLine(FormattableString.Invariant(
                $"healthy rollouts: {runs.HealthyRollouts:N0}, falsely rolled back: {runs.FalseRollbacks:N0} (95 % interval of the rate {lower:0.#####} to {upper:0.#####})"));
        }

        foreach (var (seed, check) in runs.Unmet.Take(MostSeeds))
        {
            screen.Out.WriteLine(screen.Clean($"seed {seed}: {check.Subject}: expected {check.Expected}: {check.Found}"));
        }

        var met = runs.Runs - runs.Unmet.Length;
        screen.Out.WriteLine(FormattableString.Invariant($"{Quantity.Of(runs.Runs, "plays")} of {SimulateText.Time(runs.Scenario.Duration)} in {took.TotalSeconds:0.0} s, seeds from {runs.FirstSeed} on"));
        screen.Out.WriteLine(screen.Paint(
            string.Create(CultureInfo.InvariantCulture, $"{met:N0} of {runs.Runs:N0} met all expectations."), met == runs.Runs ? Tone.Good : Tone.Bad));
    }

    /// <summary>What was done, how often it was frozen first, and what was found after rollbacks.</summary>
    private static string Guardrail(RolloutDistribution rollout)
    {
        var done = string.Join(", ", rollout.Actions.Select(a => $"{SimulateText.Of(a.Key)} {SimulateText.Number(a.Value)}"));
        var frozen = rollout.Held.GetValueOrDefault(HoldCause.Frozen) is > 0 and var times ? $"frozen {SimulateText.Number(times)}; " : "";
        var found = string.Join(", ", rollout.Cures.Select(c => $"{SimulateText.Of(c.Key)} {SimulateText.Number(c.Value)}"));
        return found.Length == 0 ? frozen + done : $"{frozen}{done}; {found}";
    }

    private static string Spread(Spread spread, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{spread.Median:N0}{unit}, {spread.P90:N0}{unit}, {spread.Most:N0}{unit}");
}
