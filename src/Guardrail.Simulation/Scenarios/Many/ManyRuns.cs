using System.Collections.Immutable;
using Guardrail.Engine.Rollouts;
using Guardrail.Statistics;

namespace Guardrail.Simulation.Scenarios;

/// <summary>What came of many plays of a scenario, each with another seed.</summary>
public sealed record ManyRuns
{
    /// <summary>The scenario.</summary>
    public required Scenario Scenario { get; init; }

    /// <summary>First seed; the others follow.</summary>
    public required ulong FirstSeed { get; init; }

    /// <summary>Number of plays.</summary>
    public required int Runs { get; init; }

    /// <summary>Seeds with which not all expectations were met, in order, with the first that was not.</summary>
    public required ImmutableArray<(ulong Seed, ExpectationCheck Check)> Unmet { get; init; }

    /// <summary>One entry per rollout of the scenario, in order of time.</summary>
    public required ImmutableArray<RolloutDistribution> Rollouts { get; init; }

    /// <summary>Rollouts that were well by the scenario, over all plays.</summary>
    public required long HealthyRollouts { get; init; }

    /// <summary>Of them, taken back: falsely.</summary>
    public required long FalseRollbacks { get; init; }

    /// <summary>Exact 95 % interval of the probability that a healthy rollout of this scenario is taken back; null when it has none.</summary>
    public (double Lower, double Upper)? FalseRollbackRate => HealthyRollouts == 0
        ? null
        : (ExactProportion.Lower(FalseRollbacks, HealthyRollouts), ExactProportion.Upper(FalseRollbacks, HealthyRollouts));

    /// <summary>Plays a scenario many times, on all processors.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="firstSeed">First seed; the others follow.</param>
    /// <param name="runs">Number of plays, at least 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static ManyRuns Play(Scenario scenario, ulong firstSeed, int runs, CancellationToken cancellationToken)
    {
        var results = new ScenarioResult[runs];
        Parallel.For(0, runs, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, run =>
            results[run] = ScenarioPlayer.Play(scenario, firstSeed + (ulong)run));
        var healthy = results.SelectMany(r => r.Guarded.Rollouts).Where(r => r.IsHealthy).ToArray();
        return new()
        {
            Scenario = scenario,
            FirstSeed = firstSeed,
            Runs = runs,
            Unmet = [.. results.Where(r => !r.IsMet).Select(r => (r.Seed, r.Checks.First(c => !c.IsMet)))],
            Rollouts = RolloutDistribution.Of(results),
            HealthyRollouts = healthy.Length,
            FalseRollbacks = healthy.Count(r => r.Action >= ExpectedAction.RollBack),
        };
    }
}

/// <summary>What came of one rollout over many plays.</summary>
/// <param name="Service">The service.</param>
/// <param name="To">Revision rolled out.</param>
/// <param name="Number">Which of the service's rollouts, from 1.</param>
/// <param name="Plays">Plays in which it began.</param>
/// <param name="Actions">How often each thing was the strongest that was done.</param>
/// <param name="Held">How often it was held for each cause.</param>
/// <param name="Cures">How often each thing was found after it was taken back.</param>
/// <param name="Took">Seconds from the first bad request to what was done, where something was.</param>
/// <param name="BadRequests">Requests that it spoilt.</param>
public sealed record RolloutDistribution(
    string Service, string To, int Number, int Plays, ImmutableSortedDictionary<ExpectedAction, int> Actions, ImmutableSortedDictionary<HoldCause, int> Held,
    ImmutableSortedDictionary<CureFinding, int> Cures, Spread? Took, Spread BadRequests)
{
    internal static ImmutableArray<RolloutDistribution> Of(ScenarioResult[] results) =>
    [
        .. results.SelectMany(r => r.Guarded.Rollouts.GroupBy(p => p.Service).SelectMany(g => g.Select((p, i) => (Number: i + 1, Played: p))))
            .GroupBy(p => (p.Played.Service, p.Played.To, p.Number))
            .OrderBy(g => g.Min(p => p.Played.BegunAt)).ThenBy(g => g.Key.Service, StringComparer.Ordinal)
            .Select(g => new RolloutDistribution(
                g.Key.Service, g.Key.To, g.Key.Number, g.Count(),
                Counted(g.Select(p => p.Played.Action)), Counted(g.SelectMany(p => p.Played.HeldFor)), Counted(g.Select(p => p.Played.Cure).OfType<CureFinding>()),
                Spread.Of(g.Where(p => p.Played.Took is not null).Select(p => p.Played.Took!.Value.TotalSeconds)),
                Spread.Of(g.Select(p => (double)p.Played.BadRequests))!)),
    ];

    private static ImmutableSortedDictionary<T, int> Counted<T>(IEnumerable<T> all)
        where T : notnull => all.GroupBy(one => one).ToImmutableSortedDictionary(same => same.Key, same => same.Count());
}

/// <summary>How numbers are spread.</summary>
/// <param name="Median">Half are at most this.</param>
/// <param name="P90">Nine of ten are at most this.</param>
/// <param name="Most">The largest.</param>
public sealed record Spread(double Median, double P90, double Most)
{
    internal static Spread? Of(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return sorted.Length == 0 ? null : new(At(0.5), At(0.9), sorted[^1]);

        double At(double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
    }
}
