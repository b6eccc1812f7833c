using System.Collections.Immutable;
using Guardrail.Detection.Recorded;

namespace Guardrail.Detection.Verbs;

/// <summary>What a set of recorded data holds.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Holds">What there is of each kind.</param>
public sealed record SetSummary(string Set, ImmutableArray<KindCount> Holds);

/// <summary>How much there is of a kind.</summary>
/// <param name="Kind">The kind, for people.</param>
/// <param name="Count">How many.</param>
public readonly record struct KindCount(string Kind, long Count);

/// <summary>Counts what a folder of recorded data holds.</summary>
public static class RecordedSummary
{
    /// <summary>One summary per set that is there.</summary>
    public static ImmutableArray<SetSummary> Of(RecordedFolder data)
    {
        var sets = ImmutableArray.CreateBuilder<SetSummary>();
        if (data.ChangeRca is { } rollouts)
        {
            Add("changerca", ("cases", rollouts.Rollouts.DistinctBy(row => row.Case).Count()), ("rollouts", rollouts.Rollouts.Count), ("pod minutes", rollouts.Pods.Count), ("edge minutes", rollouts.Edges.Count));
        }

        if (data.Petshop is { } shop)
        {
            Add("petshop", ("bins without issue", shop.Quiet.Values.Sum(bins => (long)bins.Count)), ("issues", shop.Labels.Count), ("bins with issue", shop.Issues.Count));
        }

        if (data.Nezha is { } nezha)
        {
            Add("nezha", ("faults", nezha.Faults.Count), ("front minutes", nezha.Front.Count), ("pod minutes", nezha.Pods.Count), ("requests", nezha.Requests.Count));
        }

        if (data.Delag is { } delag)
        {
            Add("delag", ("scenarios", delag.Scenarios.Count), ("requests", delag.Scenarios.Sum(row => (long)row.Ordinary.Count + row.Regressed.Values.Sum(slow => slow.Count))));
        }

        if (data.Shapes is { } shapes)
        {
            Add("shapes", ("series", shapes.Minutes.Count), ("minutes", shapes.Minutes.Sum(row => (long)row.Points.Count)), ("arrivals", shapes.Arrivals.Sum(row => (long)row.Arrivals.Count)));
        }

        return sets.ToImmutable();

        void Add(string set, params (string Kind, long Count)[] holds) => sets.Add(new(set, [.. holds.Select(hold => new KindCount(hold.Kind, hold.Count))]));
    }
}
