using System.Collections.Immutable;

namespace Guardrail.Detection.Cells;

/// <summary>The cells of the benchmark.</summary>
public static class CellCatalogue
{
    /// <summary>Cells in which the new revision is as good as the old one: every rollback is false.</summary>
    public static ImmutableArray<Cell> Healthy => HealthyCells.All;

    /// <summary>Cells in which the new revision is bad.</summary>
    public static ImmutableArray<Cell> Faulty => FaultyCells.All;
}
