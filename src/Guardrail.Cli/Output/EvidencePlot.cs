using System.Globalization;
using Guardrail.Engine.Evidence;

namespace Guardrail.Cli.Output;

/// <summary>Draws how evidence came about, against the thresholds for holding and for rolling back, in a terminal.</summary>
internal static class EvidencePlot
{
    private const int Rows = 8;
    private const int Widest = 72;
    private const int Axis = 10;
    private const string Blocks = " ▁▂▃▄▅▆▇█";

    /// <summary>Lines of the picture.</summary>
    /// <param name="points">The path, in order of time; not empty.</param>
    /// <param name="hold">Evidence from which a rollout is held, in nats.</param>
    /// <param name="rollback">Evidence from which it is rolled back, in nats.</param>
    /// <param name="width">Columns that it may take.</param>
    /// <param name="unicode">Whether blocks may be used; else ASCII.</param>
    public static IReadOnlyList<string> Draw(IReadOnlyList<EvidencePoint> points, double hold, double rollback, int width, bool unicode)
    {
        var columns = Math.Clamp(width - Axis - 10, 10, Widest);
        var top = Math.Max(Math.Max(hold, rollback), points.Max(p => Finite(p.LogEvidence))) * 1.05;
        var heights = Columns(points, columns).Select(value => Math.Clamp(value / top * Rows, 0, Rows)).ToArray();
        var (holdRow, rollbackRow) = (RowOf(hold, top), RowOf(rollback, top));
        var lines = new List<string>();
        for (var row = Rows - 1; row >= 0; row--)
        {
            var (label, note) = row == rollbackRow ? (Number(rollback), " roll back") : row == holdRow ? (Number(hold), " hold") : row == 0 ? ("0.0", "") : ("", "");
            var marked = row == rollbackRow || row == holdRow;
            var cells = heights.Select(height => Cell(height - row, marked, unicode));
            lines.Add($"{label,Axis - 2} {(unicode ? '│' : '|')}{string.Concat(cells)}{note}".TrimEnd());
        }

        var span = points[^1].At - points[0].At;
        lines.Add(new string(' ', Axis - 1) + (unicode ? '└' + new string('─', columns) : '+' + new string('-', columns)));
        var (first, end) = (points[0].At.ToString("HH:mm:ss", CultureInfo.InvariantCulture), points[^1].At.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        lines.Add(span <= TimeSpan.Zero || columns < 20
            ? new string(' ', Axis) + end
            : new string(' ', Axis) + first + new string(' ', columns - first.Length - end.Length) + end);
        return lines;
    }

    private static char Cell(double filled, bool marked, bool unicode)
    {
        var eighths = (int)Math.Round(Math.Clamp(filled, 0, 1) * 8);
        return (unicode, eighths) switch
        {
            (true, 0) => marked ? '┄' : ' ',
            (true, _) => Blocks[eighths],
            (false, >= 4) => '#',
            _ => marked ? '-' : ' ',
        };
    }

    /// <summary>The evidence over equal stretches of time: the last known at the end of each, and the highest within it.</summary>
    private static IEnumerable<double> Columns(IReadOnlyList<EvidencePoint> points, int columns)
    {
        var (begin, span) = (points[0].At, points[^1].At - points[0].At);
        var (next, last) = (0, 0.0);
        for (var column = 0; column < columns; column++)
        {
            var until = begin + (span * ((column + 1) / (double)columns));
            var highest = (double?)null;
            while (next < points.Count && (points[next].At <= until || column == columns - 1))
            {
                last = Finite(points[next++].LogEvidence);
                highest = Math.Max(highest ?? last, last);
            }

            yield return Math.Max(0, highest ?? last);
        }
    }

    private static int RowOf(double value, double top) => Math.Clamp((int)(value / top * Rows), 0, Rows - 1);

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
