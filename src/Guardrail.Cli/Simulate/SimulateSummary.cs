using Guardrail.Cli.Output;
using Guardrail.Engine.Decisions;
using Guardrail.Simulation.Scenarios;

namespace Guardrail.Cli.Simulate;

/// <summary>Says at the end what came of a simulation.</summary>
internal static class SimulateSummary
{
    public static void Write(ScenarioResult result, string pace, Screen screen)
    {
        screen.Out.WriteLine();
        Rollouts(result, screen);
        foreach (var check in result.Checks)
        {
            var mark = check.IsMet ? screen.Paint("met", Tone.Good) : screen.Paint("NOT MET", Tone.Bad);
            screen.Out.WriteLine(screen.Clean($"{check.Subject}: expected {check.Expected}: {check.Found}: ") + mark);
        }

        screen.Out.WriteLine(Numbers(result));
        screen.Out.WriteLine(pace);
        screen.Out.WriteLine(result.Checks.IsEmpty ? "Nothing was expected, so nothing was checked."
            : result.IsMet ? screen.Paint("All expectations were met.", Tone.Good)
            : screen.Paint("Not all expectations were met.", Tone.Bad));
    }

    /// <summary>How fast it went in virtual time, and what repeats it.</summary>
    public static string Virtual(ScenarioResult result, TimeSpan took) => FormattableString.Invariant(
        $"{SimulateText.Time(result.Scenario.Duration)} of virtual time in {took.TotalSeconds:0.0} s ({result.Scenario.Duration / took:0} times real time); --seed {result.Seed} repeats it");

    /// <summary>How it was played live, and whether the machine kept up.</summary>
    public static string Live(LiveOutcome outcome, double speed, TimeSpan took)
    {
        var faster = speed > 1 ? FormattableString.Invariant($", {speed:0.#} times faster than real time") : "";
        var pace = FormattableString.Invariant($"{SimulateText.Time(outcome.Result.Scenario.Duration)} live in {took.TotalSeconds:0} s{faster}, seed {outcome.Result.Seed}");
        return outcome.ShareOfTicks >= 0.95 ? pace : pace + FormattableString.Invariant(
            $"\nThe machine was too slow for this: the daemon read the pods at {100 * outcome.ShareOfTicks:0} % of its ticks; lower --speed, or play fewer pods.");
    }

    /// <summary>Where it was played.</summary>
    public static string InCluster(ClusterOutcome outcome, TimeSpan took) => FormattableString.Invariant(
        $"{SimulateText.Time(outcome.Result.Scenario.Duration)} in {took.TotalSeconds:0} s in the {outcome.Place}, seed {outcome.Result.Seed}");

    private static void Rollouts(ScenarioResult result, Screen screen)
    {
        if (result.Guarded.Rollouts.IsEmpty)
        {
            return;
        }

        string[] headings = ["ROLLOUT", "VERDICT", "GUARDRAIL", "AFTER", "BAD REQUESTS"];
        var table = new TextTable(result.Unguarded is null ? headings : [.. headings, "WITHOUT"]);
        for (var i = 0; i < result.Guarded.Rollouts.Length; i++)
        {
            var rollout = result.Guarded.Rollouts[i];
            var tone = rollout.IsOnlyAdvised ? Tone.Doubtful : rollout.Action == ExpectedAction.None ? Tone.Good : rollout.IsHealthy ? Tone.Bad : Tone.Plain;
            (string Text, Tone Tone)[] cells =
            [
                ($"{rollout.Service} {rollout.From}{screen.Arrow}{rollout.To}", Tone.Plain),
                (rollout.Verdict, Tone.Plain),
                (SimulateText.Of(rollout), tone),
                (rollout.Took is { } took ? SimulateText.Time(took) : "-", Tone.Plain),
                (SimulateText.Number(rollout.BadRequests), Tone.Plain),
            ];
            table.Add(result.Unguarded is null ? cells : [.. cells, (Without(result.Unguarded, rollout), Tone.Plain)]);
        }

        table.Write(screen);
    }

    private static string Without(ScenarioRun unguarded, PlayedRollout rollout) =>
        unguarded.Rollouts.FirstOrDefault(r => r.Service == rollout.Service && r.To == rollout.To && r.BegunAt == rollout.BegunAt) is { } same
            ? SimulateText.Number(same.BadRequests)
            : "-";

    private static string Numbers(ScenarioResult result)
    {
        var truth = result.Guarded.Truth;
        var numbers = $"{Quantity.Of(truth.Requests, "requests")}, {Quantity.Of(truth.Errors, "errors")}, "
            + $"{Quantity.Of(truth.BadRequests, "requests")} spoilt by rollouts";
        return result.Saved is { } saved
            ? $"{numbers}; without Guardrail {SimulateText.Number(result.Unguarded!.Truth.BadRequests)}: it saved {SimulateText.Number(saved)}"
            : numbers;
    }
}
