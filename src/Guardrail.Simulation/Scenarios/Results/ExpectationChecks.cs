using System.Collections.Immutable;
using System.Globalization;
using Guardrail.Engine.Decisions;

namespace Guardrail.Simulation.Scenarios;

/// <summary>Compares what was expected of a scenario with what came of it.</summary>
internal static class ExpectationChecks
{
    public static ImmutableArray<ExpectationCheck> Of(ScenarioExpectations expected, Scenario scenario, ScenarioRun run)
    {
        var checks = ImmutableArray.CreateBuilder<ExpectationCheck>();
        foreach (var rollout in expected.Rollouts)
        {
            checks.AddRange(Of(rollout, scenario, run));
        }

        if (!expected.Untouched.IsEmpty)
        {
            checks.Add(Untouched(expected.Untouched, scenario, run));
        }

        if (expected.BadRequests is { } most)
        {
            checks.Add(new("all services", $"at most {Number(most)} bad requests", Number(run.Truth.BadRequests), run.Truth.BadRequests <= most));
        }

        return checks.ToImmutable();
    }

    private static ExpectationCheck[] Of(RolloutExpectation expected, Scenario scenario, ScenarioRun run)
    {
        var names = scenario.Services.Where(s => s.Name == expected.Service || s.Group == expected.Service).Select(s => s.Name).ToHashSet();
        ExpectationCheck[] checks =
        [
            .. run.Rollouts.Where(r => names.Contains(r.Service)).GroupBy(r => r.Service)
                .SelectMany(g => g.Where((_, i) => expected.Number is null || expected.Number == i + 1))
                .Select(r => Of(expected, r)),
        ];
        return checks.Length > 0 ? checks : [new(expected.Service, "a rollout", "none began", false)];
    }

    private static ExpectationCheck Of(RolloutExpectation expected, PlayedRollout rollout)
    {
        List<string> wishes = [];
        List<string> findings = [];
        var met = true;
        if (expected.Verdict is { } verdict)
        {
            wishes.Add(verdict);
            findings.Add(rollout.Verdict);
            met &= rollout.Verdict == verdict;
        }

        if (!expected.Actions.IsEmpty)
        {
            wishes.Add(string.Join(" or ", expected.Actions));
            findings.Add(rollout.Action.ToString());
            met &= expected.Actions.Contains(rollout.Action);
        }

        if (expected.Within is { } within)
        {
            wishes.Add($"within {Seconds(within)}");
            findings.Add(rollout.Took is { } took ? $"after {Seconds(took)}" : "never");
            met &= rollout.Took <= within;
        }

        if (expected.Held is { } cause)
        {
            wishes.Add($"held for {cause}");
            findings.Add(rollout.HeldFor.IsEmpty ? "never held" : $"held for {string.Join(" and ", rollout.HeldFor)}");
            met &= rollout.HeldFor.Contains(cause);
        }

        if (expected.Cure is { } cure)
        {
            wishes.Add(cure.ToString());
            findings.Add(rollout.Cure?.ToString() ?? (rollout.RolledBackAt is null ? "no rollback to look for a cure after" : "not yet known whether cured"));
            met &= rollout.Cure == cure;
        }

        if (expected.BadRequests is { } most)
        {
            wishes.Add($"at most {Number(most)} bad requests");
            findings.Add($"{Number(rollout.BadRequests)} bad requests");
            met &= rollout.BadRequests <= most;
        }

        return new($"{rollout.Service} {rollout.To}", string.Join(", ", wishes), string.Join(", ", findings), met);
    }

    private static ExpectationCheck Untouched(ImmutableArray<string> names, Scenario scenario, ScenarioRun run)
    {
        var services = scenario.Services.Where(s => names.Contains(s.Name) || names.Contains(s.Group)).Select(s => s.Name).ToHashSet();
        string[] touched =
        [
            .. run.Decisions.Where(d => d is { Outcome: "applied", Kind: DecisionKind.Hold or DecisionKind.RollBack or DecisionKind.DeletePod })
                .Select(d => d.Service).Where(services.Contains).Distinct(),
        ];
        var found = touched.Length == 0 ? "not touched" : $"touched: {string.Join(", ", touched)}";
        return new(Names(names), "never touched", found, touched.Length == 0);
    }

    private static string Names(ImmutableArray<string> names) =>
        names.Length <= 6 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(6))} and {names.Length - 6} more";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
