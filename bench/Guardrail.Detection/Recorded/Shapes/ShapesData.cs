using Guardrail.Detection.Recorded.Csv;

namespace Guardrail.Detection.Recorded.Shapes;

/// <summary>A value a minute, and whether people called it an anomaly (for scoring only).</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Points">The points in the order of time.</param>
public sealed record MinuteSeries(string Name, IReadOnlyList<SeriesPoint> Points);

/// <summary>One point of a series.</summary>
/// <param name="At">The moment.</param>
/// <param name="Value">The value.</param>
/// <param name="IsAnomaly">The label, for scoring only.</param>
public readonly record struct SeriesPoint(DateTimeOffset At, double Value, bool IsAnomaly);

/// <summary>When requests arrived.</summary>
/// <param name="Name">Name of the file.</param>
/// <param name="Arrivals">The moments in ascending order.</param>
public sealed record ArrivalSeries(string Name, IReadOnlyList<DateTimeOffset> Arrivals);

/// <summary>Real traffic shapes and error counts without labels of faults: what must not alarm.</summary>
/// <param name="Minutes">Series of a value a minute.</param>
/// <param name="Arrivals">Series of arrivals.</param>
public sealed record ShapesData(IReadOnlyList<MinuteSeries> Minutes, IReadOnlyList<ArrivalSeries> Arrivals)
{
    private static readonly string[] MinuteColumns = ["TimeStamp", "Value", "Label"];

    private static readonly string[] ArrivalColumns = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"];

    /// <summary>Reads every <c>ms_*.csv</c> and <c>azure_*.csv</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="RecordedDataException">There is none, or one is not of this form.</exception>
    public static ShapesData Read(string folder)
    {
        var minutes = RecordedFiles.Matching(folder, "ms_*");
        var arrivals = RecordedFiles.Matching(folder, "azure_*");
        if (minutes.Count + arrivals.Count == 0)
        {
            throw new RecordedDataException($"{folder} holds neither an ms_*.csv nor an azure_*.csv (or the same with .gz).");
        }

        return new(
            [.. minutes.Select(path => new MinuteSeries(RecordedFiles.Stem(path), Ordered(CsvFile.Read(path, MinuteColumns, Point))))],
            [.. arrivals.Select(path => new ArrivalSeries(RecordedFiles.Stem(path), [.. CsvFile.Read(path, ArrivalColumns, row => row.Moment(0)).Order()]))]);
    }

    private static SeriesPoint Point(CsvRow row) => new(row.Moment(0), row.Number(1), row.Flag(2));

    private static List<SeriesPoint> Ordered(IReadOnlyList<SeriesPoint> points) => [.. points.OrderBy(point => point.At)];
}
