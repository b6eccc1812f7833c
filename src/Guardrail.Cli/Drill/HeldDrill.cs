using System.Collections.Immutable;
using Guardrail.Simulation.Drills;

namespace Guardrail.Cli.Drill;

/// <summary>A drill that is over.</summary>
/// <param name="Score">How it went.</param>
/// <param name="Steps">What was said and done.</param>
/// <param name="EndedAt">When it was over for the participants, since it began.</param>
internal sealed record HeldDrill(DrillScore Score, ImmutableArray<DrillStep> Steps, TimeSpan EndedAt)
{
    /// <summary>Time over which requests were counted, where that is not the planned one.</summary>
    public TimeSpan? Length { get; init; }
}
