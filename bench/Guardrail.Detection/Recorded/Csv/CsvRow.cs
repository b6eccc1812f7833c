using System.Globalization;

namespace Guardrail.Detection.Recorded.Csv;

/// <summary>One row of a comma-separated file; a cell that is not of the kind asked for is named with its file, line and column.</summary>
public sealed class CsvRow
{
    private readonly CsvLines lines;
    private readonly IReadOnlyList<string> columns;
    private readonly int[] order;

    internal CsvRow(CsvLines lines, IReadOnlyList<string> columns, int[] order) => (this.lines, this.columns, this.order) = (lines, columns, order);

    /// <summary>The cell's text; empty is allowed.</summary>
    public string Text(int column) => lines.Cells[order[column]].Trim();

    /// <summary>The cell's text, which must not be empty.</summary>
    public string Name(int column) => Text(column) is { Length: > 0 } text ? text : throw Wrong(column, "a name");

    /// <summary>A whole number; <c>17.0</c> is one too.</summary>
    public long Whole(int column)
    {
        var value = Number(column);
        return value == Math.Floor(value) && Math.Abs(value) < 1e15 ? (long)value : throw Wrong(column, "a whole number");
    }

    /// <summary>A whole number not below 0.</summary>
    public long Count(int column) => Whole(column) is >= 0 and var count ? count : throw Wrong(column, "a whole number not below 0");

    /// <summary>A finite number.</summary>
    public double Number(int column) => OptionalNumber(column) ?? throw Wrong(column, "a number");

    /// <summary>A finite number, or null when the cell is empty or says NaN.</summary>
    public double? OptionalNumber(int column)
    {
        var text = Text(column);
        if (text.Length == 0 || text.Equals("NaN", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Wrong(column, "a number");
    }

    /// <summary>A percentage from 0 to 100, or null when the cell is empty.</summary>
    public double? OptionalPercent(int column) => OptionalNumber(column) switch
    {
        null => null,
        // Ratios of extrapolated rates exceed 100 by rounding now and then.
        >= 0 and <= 100.001 and var percent => Math.Min(100, percent),
        _ => throw Wrong(column, "a percentage from 0 to 100"),
    };

    /// <summary>0 or 1.</summary>
    public bool Flag(int column) => Text(column) switch { "0" => false, "1" => true, _ => throw Wrong(column, "0 or 1") };

    /// <summary>A moment in whole seconds since 1970.</summary>
    public DateTimeOffset Seconds(int column) => OptionalSeconds(column) ?? throw Wrong(column, "seconds since 1970");

    /// <summary>A moment in whole seconds since 1970, or null when the cell is empty.</summary>
    public DateTimeOffset? OptionalSeconds(int column)
    {
        if (Text(column).Length == 0)
        {
            return null;
        }

        return Whole(column) is >= 0 and < 10_000_000_000 and var seconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw Wrong(column, "seconds since 1970");
    }

    /// <summary>A moment written as a date and time of day, in UTC unless it says otherwise.</summary>
    public DateTimeOffset Moment(int column) =>
        DateTimeOffset.TryParse(Text(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw Wrong(column, "a date and time such as 2022-08-22 03:51:19");

    /// <summary>The fault of a cell.</summary>
    /// <param name="column">The column.</param>
    /// <param name="wanted">What should stand there.</param>
    public RecordedDataException Wrong(int column, string wanted) =>
        new($"{lines.Path}, line {lines.Number}, column {columns[column]}: \"{Short(Text(column))}\" is not {wanted}.");

    internal void Check()
    {
        if (lines.Cells.Count != columns.Count)
        {
            throw new RecordedDataException($"{lines.Path}, line {lines.Number}: {lines.Cells.Count} cells where {columns.Count} are wanted.");
        }
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
