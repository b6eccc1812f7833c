using Guardrail.Reporting;

namespace Guardrail.Daemon.Status;

/// <summary>A table whose cells are pieces of HTML; on a narrow screen each row becomes a list.</summary>
internal static class StatusTable
{
    /// <summary>The table.</summary>
    /// <param name="columns">Its columns.</param>
    /// <param name="rows">Its rows, each as long as the columns.</param>
    public static Markup Of(IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<Markup>> rows) => Markup.Of(
        $"""
        <div class="scroll"><table class="text"><thead><tr>{columns.Select(c => Markup.Of($"<th class=\"{c.Class}\">{c.Name}</th>"))}</tr></thead><tbody>
        {rows.Select(row => Markup.Of($"<tr>{row.Select((cell, i) => Cell(columns[i], cell))}</tr>\n"))}</tbody></table></div>

        """);

    // One element holds the cell, because a narrow screen lays out a cell's children beside each other.
    private static Markup Cell(Column column, Markup cell) => cell.IsNothing
        ? Markup.Of($"<td class=\"{column.Class}\" data-label=\"{column.Name}\"></td>")
        : Markup.Of($"<td class=\"{column.Class}\" data-label=\"{column.Name}\"><span class=\"cell\">{cell}</span></td>");

    /// <summary>A column.</summary>
    /// <param name="Name">What stands above it.</param>
    /// <param name="IsProse">Whether it holds sentences; else it is kept on one line.</param>
    internal readonly record struct Column(string Name, bool IsProse = false)
    {
        /// <summary>Its class in the style sheet.</summary>
        public string Class => IsProse ? "prose" : "tight";
    }
}
