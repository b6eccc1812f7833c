using System.Globalization;
using System.Net;
using System.Text;

namespace Guardrail.Reporting;

/// <summary>Draws a plot as SVG whose colours come from the page's style.</summary>
public sealed class SvgPlot
{
    private const int DirectFrom = 500;
    private const double Bottom = 52;
    private const double RowHeight = 16;
    private const double BoldFactor = 1.15;

    private readonly Plot plot;
    private readonly int width;
    private readonly int height;
    private readonly double left;
    private readonly double top = 12;
    private readonly double right = 16;
    private readonly AxisTicks x;
    private readonly AxisTicks y;
    private readonly (double Left, string Text)[] moments;
    private readonly int?[] rows;
    private readonly StringBuilder svg = new();

    private SvgPlot(Plot plot, int width, int height)
    {
        (this.plot, this.width, this.height) = (plot, width, height);
        var points = plot.Series.SelectMany(series => series.Points).ToList();
        var bands = plot.Series.SelectMany(series => series.Band).ToList();
        x = AxisTicks.Of(points.Select(point => point.X).Concat(bands.Select(band => band.X)), plot.X, width / 90);
        y = AxisTicks.Of(
            points.Select(point => point.Y).Concat(bands.SelectMany(band => new[] { band.Low, band.High })).Concat(plot.Thresholds.Select(rule => rule.At)),
            plot.Y,
            height / 55);
        left = 30 + (7.2 * y.Marks.Max(mark => plot.Y.Format(mark).Length));
        right = IsDirect ? 18 + plot.Series.Max(series => PlotLabels.Width(series.Name) * (series.IsOurs ? BoldFactor : 1)) : right;
        moments = [.. plot.Moments.OrderBy(moment => moment.At).Select(moment => (LabelFrom(moment), moment.Label))];
        rows = PlotLabels.Rows(moments);
        top += RowHeight * (rows.Max() + 1 ?? 0);
    }

    /// <summary>Number of looks that series take in turn: colours and marks of the page's style.</summary>
    public static int Looks => 8;

    private bool IsDirect => plot.IsDirect && width >= DirectFrom && plot.Series.Length > 0;

    /// <summary>The plot as an <c>svg</c> element.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="width">Width in the units of its text, which is 13 high.</param>
    /// <param name="height">Height in the same units.</param>
    public static string Render(Plot plot, int width, int height)
    {
        var drawing = new SvgPlot(plot, width, height);
        drawing.Draw();
        return drawing.svg.ToString();
    }

    /// <summary>The mark of a look, centred on a point.</summary>
    /// <param name="look">Number of the look.</param>
    /// <param name="cx">Where.</param>
    /// <param name="cy">Where.</param>
    /// <param name="inner">Content of the element.</param>
    public static string Mark(int look, double cx, double cy, string inner = "")
    {
        const double R = 4.5;
        // Beyond the colours the marks move on by one, so that no two of 32 series look alike.
        FormattableString shape = ((look + (look / Looks)) % 4) switch
        {
            0 => $"<circle cx=\"{cx:0.#}\" cy=\"{cy:0.#}\" r=\"{R}\">{inner}</circle>",
            1 => $"<rect x=\"{cx - 4:0.#}\" y=\"{cy - 4:0.#}\" width=\"8\" height=\"8\">{inner}</rect>",
            2 => $"<path d=\"M{cx:0.#} {cy - 5.5:0.#}l5 9h-10z\">{inner}</path>",
            _ => $"<path d=\"M{cx:0.#} {cy - 6:0.#}l6 6l-6 6l-6 -6z\">{inner}</path>",
        };
        return shape.ToString(CultureInfo.InvariantCulture);
    }

    private void Draw()
    {
        Write($"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Encode(plot.Title)}\">");
        Axes();
        for (var i = 0; i < plot.Series.Length; i++)
        {
            Band(plot.Series[i], i);
        }

        Thresholds();
        Moments();
        for (var i = 0; i < plot.Series.Length; i++)
        {
            Series(plot.Series[i], i);
        }

        ThresholdNames();
        Names();
        Write($"</svg>");
    }

    private void Axes()
    {
        var (bottom, end) = (height - Bottom, width - right);
        foreach (var mark in x.Marks)
        {
            Write($"<line class=\"grid\" x1=\"{AcrossTo(mark):0.#}\" x2=\"{AcrossTo(mark):0.#}\" y1=\"{top}\" y2=\"{bottom}\"/>");
            var (at, anchor) = AcrossTo(mark) > width - 36 ? (width, "end") : (AcrossTo(mark), "middle");
            Write($"<text x=\"{at:0.#}\" y=\"{bottom + 18}\" text-anchor=\"{anchor}\">{Encode(plot.X.Format(mark))}</text>");
        }

        foreach (var mark in y.Marks)
        {
            Write($"<line class=\"grid\" x1=\"{left:0.#}\" x2=\"{end:0.#}\" y1=\"{DownTo(mark):0.#}\" y2=\"{DownTo(mark):0.#}\"/>");
            Write($"<text x=\"{left - 6:0.#}\" y=\"{DownTo(mark) + 4:0.#}\" text-anchor=\"end\">{Encode(plot.Y.Format(mark))}</text>");
        }

        Write($"<path class=\"axis\" d=\"M{left:0.#} {top}V{bottom}H{end:0.#}\"/>");
        Write($"<text class=\"label\" x=\"{(left + end) / 2:0.#}\" y=\"{height - 8}\" text-anchor=\"middle\">{Encode(plot.X.Label)}</text>");
        var middle = (top + bottom) / 2;
        Write($"<text class=\"label\" transform=\"translate(13 {middle:0.#}) rotate(-90)\" text-anchor=\"middle\">{Encode(plot.Y.Label)}</text>");
    }

    private void Thresholds()
    {
        foreach (var rule in plot.Thresholds)
        {
            var at = DownTo(rule.At);
            Write($"<line class=\"rule\" x1=\"{left:0.#}\" x2=\"{width - right:0.#}\" y1=\"{at:0.#}\" y2=\"{at:0.#}\"/>");
        }
    }

    private void ThresholdNames()
    {
        foreach (var rule in plot.Thresholds)
        {
            Write($"<text class=\"label halo\" x=\"{left + 6:0.#}\" y=\"{DownTo(rule.At) - 5:0.#}\">{Encode(rule.Label)}</text>");
        }
    }

    /// <summary>What happened when; words above all lines, so that none runs through them.</summary>
    private void Moments()
    {
        var ordered = plot.Moments.OrderBy(moment => moment.At).ToList();
        double Above(int i) => rows[i] is { } row ? top - 6 - (row * RowHeight) : top;
        for (var i = 0; i < ordered.Count; i++)
        {
            var at = AcrossTo(ordered[i].At);
            Write($"<line class=\"moment\" x1=\"{at:0.#}\" x2=\"{at:0.#}\" y1=\"{Above(i) + 2:0.#}\" y2=\"{height - Bottom}\"><title>{Encode(ordered[i].Label)}</title></line>");
        }

        for (var i = 0; i < ordered.Count; i++)
        {
            if (rows[i] is not null)
            {
                Write($"<text class=\"label halo\" x=\"{moments[i].Left:0.#}\" y=\"{Above(i):0.#}\">{Encode(ordered[i].Label)}</text>");
            }
        }
    }

    private void Band(PlotSeries series, int index)
    {
        if (series.Band.Length > 1)
        {
            var outline = series.Band.Select(slice => (slice.X, Y: slice.High)).Concat(series.Band.Reverse().Select(slice => (slice.X, Y: slice.Low)));
            Write($"<path class=\"band s{Look(series, index) % Looks}\" d=\"M{Path(outline)}z\"/>");
        }
    }

    private void Series(PlotSeries series, int index)
    {
        var drawn = series.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).ToList();
        var look = Look(series, index);
        Write($"<g class=\"s{look % Looks}{(series.IsOurs ? " ours" : string.Empty)}\">");
        if (series.IsJoined && drawn.Count > 1)
        {
            Write($"<path class=\"line\" d=\"M{Path(drawn.Select(point => (point.X, point.Y)))}\"/>");
        }

        foreach (var point in series.HasMarks || drawn.Count == 1 ? drawn : [])
        {
            var note = point.Note is null ? string.Empty : $" · {point.Note}";
            var title = Encode($"{series.Name}: {plot.X.Format(point.X)}, {plot.Y.Format(point.Y)}{note}");
            svg.Append(Mark(look, AcrossTo(point.X), DownTo(point.Y), $"<title>{title}</title>"));
        }

        Write($"</g>");
    }

    /// <summary>Names of the lines at their right ends.</summary>
    private void Names()
    {
        if (!IsDirect)
        {
            return;
        }

        (PlotSeries Series, int Look, double At)[] ends =
            [.. plot.Series.Select((series, i) => (series, Look(series, i), series.Points.Where(point => double.IsFinite(point.Y)).Select(point => DownTo(point.Y)).LastOrDefault(double.NaN)))
                .Where(end => !double.IsNaN(end.Item3))];
        var places = PlotLabels.Spread([.. ends.Select(end => end.At + 4)], 16, top + 8, height - Bottom);
        for (var i = 0; i < ends.Length; i++)
        {
            var (series, look, _) = ends[i];
            Write($"<text class=\"name s{look % Looks}{(series.IsOurs ? " ours" : string.Empty)}\" x=\"{width - right + 6:0.#}\" y=\"{places[i]:0.#}\">{Encode(series.Name)}</text>");
        }
    }

    /// <summary>Number of a series' look.</summary>
    /// <param name="series">The series.</param>
    /// <param name="index">Its place in the plot.</param>
    internal static int Look(PlotSeries series, int index) => series.Look ?? index;

    private double LabelFrom(PlotRule moment) => Math.Max(2, Math.Min(AcrossTo(moment.At) - 3, width - PlotLabels.Width(moment.Label)));

    private string Path(IEnumerable<(double X, double Y)> points) =>
        string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{AcrossTo(point.X):0.#} {DownTo(point.Y):0.#}")));

    private double AcrossTo(double value) => left + (x.Position(value) * (width - right - left));

    private double DownTo(double value) => height - Bottom - (y.Position(value) * (height - Bottom - top));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private void Write(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
