using System.Collections.Immutable;

namespace Guardrail.Detection.Replay;

/// <summary>What was found in one set of recorded data.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="About">How the recording was turned into rollouts, in a sentence or two.</param>
/// <param name="Parts">The tables.</param>
public sealed record SetReport(string Set, string About, ImmutableArray<SetTable> Parts);

/// <summary>A table of results.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Rows">Its rows: each a list of named values, the same names in every row. A value is text, a number, a truth, or null for none.</param>
public sealed record SetTable(string Name, ImmutableArray<ImmutableArray<KeyValuePair<string, object?>>> Rows)
{
    /// <summary>A row.</summary>
    /// <param name="cells">Names and values.</param>
    public static ImmutableArray<KeyValuePair<string, object?>> Row(params (string Name, object? Value)[] cells) =>
        [.. cells.Select(cell => new KeyValuePair<string, object?>(cell.Name, cell.Value))];
}
