using System.Collections.Immutable;
using Guardrail.Engine.Decisions;

namespace Guardrail.Simulation.Scenarios.Reports;

/// <summary>A line of the story: something that happened, or that Guardrail decided.</summary>
/// <param name="At">When.</param>
/// <param name="Service">To which service; null to all.</param>
/// <param name="What">What, in a few words.</param>
/// <param name="Why">The reason, in counts; empty for what is not a decision.</param>
/// <param name="Weight">How much it matters: 0 routine, 1 of interest, 2 Guardrail acted.</param>
internal sealed record Happening(TimeSpan At, string? Service, string What, string Why, int Weight)
{
    /// <summary>Its number in the table of the page and in the picture; 0 when it has none.</summary>
    public int Number { get; init; }

    /// <summary>What is told of a run, in order of time and numbered; routine is left out where there is too much.</summary>
    /// <param name="run">The run.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="left">How many were left out.</param>
    public static ImmutableArray<Happening> Of(ScenarioRun run, int most, out int left)
    {
        var all = run.Moments.Select(m => new Happening(m.At, m.Service, m.Words, "", 1))
            .Concat(run.Decisions.Where((d, i) => d.Kind != DecisionKind.Start && !OnlyEnds(run.Decisions, i)).Select(Of))
            .OrderBy(h => h.At).ToList();
        var kept = all.Count <= most ? all : [.. all.OrderByDescending(h => h.Weight).ThenBy(h => h.At).Take(most).OrderBy(h => h.At)];
        left = all.Count - kept.Count;
        return [.. kept.Select((h, i) => h with { Number = i + 1 })];
    }

    /// <summary>The end of a watch that a rollback brought says nothing more than the rollback.</summary>
    private static bool OnlyEnds(ImmutableArray<PlayedDecision> decisions, int index)
    {
        var end = decisions[index];
        return end.Kind == DecisionKind.End && decisions.Take(index).Any(d => d.Kind == DecisionKind.RollBack && d.Service == end.Service && d.To == end.To && Counts(d.Reason) == Counts(end.Reason));
    }

    /// <summary>What a reason counts, without its first words: <c>rolling back to v1</c>, <c>rolled back to v1</c>.</summary>
    private static string Counts(string reason) => reason[Math.Max(0, reason.IndexOf(':', StringComparison.Ordinal))..];

    private static Happening Of(PlayedDecision decision)
    {
        var outcome = decision.Outcome is null or "applied" ? "" : $" ({decision.Outcome})";
        var weight = decision.Kind switch
        {
            DecisionKind.RollBack or DecisionKind.Page or DecisionKind.NotCured => 2,
            DecisionKind.StampKnownGood or DecisionKind.Resume or DecisionKind.End => 0,
            DecisionKind.Hold when decision.Verdict != "Regressed" => 0,
            _ => 1,
        };
        return new(decision.At, decision.Service, $"Guardrail {ReportText.Of(decision.Kind)}: {decision.To}{outcome}", decision.Reason, weight);
    }
}
