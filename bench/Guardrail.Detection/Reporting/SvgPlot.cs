using System.Globalization;
using System.Net;
using System.Text;

namespace Guardrail.Detection.Reporting;

/// <summary>Draws a plot as SVG whose colours come from the page's style.</summary>
public sealed class SvgPlot
{
    private const double Top = 12;
    private const double Right = 16;
    private const double Bottom = 52;

    private readonly Plot plot;
    private readonly int width;
    private readonly int height;
    private readonly double left;
    private readonly AxisTicks x;
    private readonly AxisTicks y;
    private readonly StringBuilder svg = new();

    private SvgPlot(Plot plot, int width, int height)
    {
        (this.plot, this.width, this.height) = (plot, width, height);
        var points = plot.Series.SelectMany(series => series.Points).ToList();
        x = AxisTicks.Of(points.Select(point => point.X), plot.X.IsLogarithmic, width / 90);
        y = AxisTicks.Of(points.Select(point => point.Y), plot.Y.IsLogarithmic, height / 55);
        left = 30 + (7.2 * y.Marks.Max(mark => plot.Y.Format(mark).Length));
    }

    /// <summary>Number of looks that series take in turn: colours and marks of the page's style.</summary>
    public static int Looks => 8;

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
        Write($"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(plot.Title)}\">");
        Axes();
        for (var i = 0; i < plot.Series.Length; i++)
        {
            Series(plot.Series[i], i);
        }

        Write($"</svg>");
    }

    private void Axes()
    {
        var (bottom, right) = (height - Bottom, width - Right);
        foreach (var mark in x.Marks)
        {
            Write($"<line class=\"grid\" x1=\"{AcrossTo(mark):0.#}\" x2=\"{AcrossTo(mark):0.#}\" y1=\"{Top}\" y2=\"{bottom}\"/>");
            var (at, anchor) = AcrossTo(mark) > right - 20 ? (width, "end") : (AcrossTo(mark), "middle");
            Write($"<text x=\"{at:0.#}\" y=\"{bottom + 18}\" text-anchor=\"{anchor}\">{Encode(plot.X.Format(mark))}</text>");
        }

        foreach (var mark in y.Marks)
        {
            Write($"<line class=\"grid\" x1=\"{left:0.#}\" x2=\"{right}\" y1=\"{DownTo(mark):0.#}\" y2=\"{DownTo(mark):0.#}\"/>");
            Write($"<text x=\"{left - 6:0.#}\" y=\"{DownTo(mark) + 4:0.#}\" text-anchor=\"end\">{Encode(plot.Y.Format(mark))}</text>");
        }

        Write($"<path class=\"axis\" d=\"M{left:0.#} {Top}V{bottom}H{right}\"/>");
        Write($"<text class=\"label\" x=\"{(left + right) / 2:0.#}\" y=\"{height - 8}\" text-anchor=\"middle\">{Encode(plot.X.Label)}</text>");
        var middle = (Top + bottom) / 2;
        Write($"<text class=\"label\" transform=\"translate(13 {middle:0.#}) rotate(-90)\" text-anchor=\"middle\">{Encode(plot.Y.Label)}</text>");
    }

    private void Series(PlotSeries series, int index)
    {
        var drawn = series.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).ToList();
        Write($"<g class=\"s{index % Looks}{(series.IsOurs ? " ours" : string.Empty)}\">");
        if (series.IsJoined && drawn.Count > 1)
        {
            var path = string.Join('L', drawn.Select(point => string.Create(CultureInfo.InvariantCulture, $"{AcrossTo(point.X):0.#} {DownTo(point.Y):0.#}")));
            Write($"<path class=\"line\" d=\"M{path}\"/>");
        }

        foreach (var point in drawn)
        {
            var note = point.Note is null ? string.Empty : $" · {point.Note}";
            var title = Encode($"{series.Name}: {plot.X.Format(point.X)}, {plot.Y.Format(point.Y)}{note}");
            svg.Append(Mark(index, AcrossTo(point.X), DownTo(point.Y), $"<title>{title}</title>"));
        }

        Write($"</g>");
    }

    private double AcrossTo(double value) => left + (x.Position(value) * (width - Right - left));

    private double DownTo(double value) => height - Bottom - (y.Position(value) * (height - Bottom - Top));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private void Write(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
