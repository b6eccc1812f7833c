using System.IO.Compression;
using System.Text;

namespace Guardrail.Detection.Recorded.Csv;

/// <summary>Reads a comma-separated file, plain or gzip-compressed, whose first line names exactly the columns wanted.</summary>
public static class CsvFile
{
    /// <summary>Reads every row.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="path">The file; one that ends in <c>.gz</c> is decompressed.</param>
    /// <param name="columns">The columns that must be there, in any order, and no others.</param>
    /// <param name="make">Makes a row; asks for the cells by the index of the column in <paramref name="columns"/>.</param>
    /// <param name="limits">How much is read at most.</param>
    /// <exception cref="RecordedDataException">The file is missing, damaged, too large or not of this form.</exception>
    public static IReadOnlyList<T> Read<T>(string path, IReadOnlyList<string> columns, Func<CsvRow, T> make, CsvLimits? limits = null)
    {
        limits ??= new();
        try
        {
            using var file = File.OpenRead(path);
            using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return Rows(new CsvLines(path, reader, limits), columns, make);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new RecordedDataException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    private static List<T> Rows<T>(CsvLines lines, IReadOnlyList<string> columns, Func<CsvRow, T> make)
    {
        if (!lines.Next())
        {
            throw new RecordedDataException($"{lines.Path} is empty; its first line must name the columns {string.Join(',', columns)}.");
        }

        var row = new CsvRow(lines, columns, Order(lines, columns));
        var rows = new List<T>();
        while (lines.Next())
        {
            row.Check();
            rows.Add(make(row));
        }

        return rows;
    }

    private static int[] Order(CsvLines lines, IReadOnlyList<string> columns)
    {
        var names = lines.Cells.Select(name => name.Trim()).ToList();
        if (columns.FirstOrDefault(column => !names.Contains(column)) is { } missing)
        {
            throw new RecordedDataException($"{lines.Path}, line 1: the column {missing} is missing; wanted are {string.Join(',', columns)}.");
        }

        if (names.FirstOrDefault(name => !columns.Contains(name)) is { } unknown)
        {
            throw new RecordedDataException($"{lines.Path}, line 1: the column {unknown} is unknown; wanted are {string.Join(',', columns)}.");
        }

        if (names.Count != columns.Count)
        {
            throw new RecordedDataException($"{lines.Path}, line 1: a column is named twice; wanted are {string.Join(',', columns)}.");
        }

        return [.. columns.Select(column => names.IndexOf(column))];
    }
}
