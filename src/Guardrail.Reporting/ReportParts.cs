using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Guardrail.Reporting;

/// <summary>Writes the parts that pages are made of. Everything is escaped here and nowhere else.</summary>
public static partial class ReportParts
{
    private const int LongestNumber = 36;
    private const int LeastSentence = 12;

    /// <summary>The head of a page, up to where its content begins.</summary>
    public static void Begin(StringBuilder html, string title)
    {
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        html.Append("<title>").Append(Encode(title)).Append("</title>\n<style>").Append(ReportStyle.Css).Append("</style></head>\n<body><main>\n");
    }

    /// <summary>The end of a page.</summary>
    public static void End(StringBuilder html) => html.Append("</main></body></html>\n");

    /// <summary>An element that holds text.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="tag">Its name, with attributes if it has any.</param>
    /// <param name="text">The text; nothing is written when it is empty.</param>
    public static void Append(StringBuilder html, string tag, string text)
    {
        if (text.Length > 0)
        {
            html.Append('<').Append(tag).Append('>').Append(Prose(text)).Append("</").Append(tag.Split(' ')[0]).Append(">\n");
        }
    }

    /// <summary>A plot with its caption.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="plot">The plot.</param>
    /// <param name="width">Width of its wide drawing.</param>
    /// <param name="height">Height of its wide drawing.</param>
    /// <param name="isTitled">Whether its title stands above it.</param>
    public static void Append(StringBuilder html, Plot plot, int width, int height, bool isTitled)
    {
        // Drawn for both widths, because text inside a scaled drawing would shrink with it on a telephone.
        html.Append("<figure>");
        Append(html, "h3", isTitled ? plot.Title : string.Empty);
        html.Append("<div class=\"wide\">").Append(SvgPlot.Render(plot, width, height)).Append("</div>");
        html.Append("<div class=\"narrow\">").Append(SvgPlot.Render(plot, 380, isTitled ? 320 : 400)).Append("</div>\n");
        html.Append(plot.IsDirect ? "<ul class=\"legend narrow\">" : "<ul class=\"legend\">");
        for (var i = 0; i < plot.Series.Length; i++)
        {
            var look = SvgPlot.Look(plot.Series[i], i);
            html.Append("<li class=\"s").Append(look % SvgPlot.Looks).Append(plot.Series[i].IsOurs ? " ours" : string.Empty);
            html.Append("\"><svg width=\"14\" height=\"14\" aria-hidden=\"true\">").Append(SvgPlot.Mark(look, 7, 7)).Append("</svg>");
            html.Append(Encode(plot.Series[i].Name)).Append("</li>");
        }

        html.Append("</ul><figcaption>").Append(Prose(plot.Caption)).Append("</figcaption></figure>\n");
    }

    /// <summary>A style sheet as it stands in a page: a style element knows no escapes, so it must not hold one's end.</summary>
    /// <exception cref="ArgumentException">It does.</exception>
    public static Markup StyleText(string css) => css.Contains("</", StringComparison.Ordinal)
        ? throw new ArgumentException("A style sheet must not contain '</'.", nameof(css))
        : Markup.Made(css);

    /// <summary>A plot with its caption, as a piece.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="width">Width of its wide drawing.</param>
    /// <param name="height">Height of its wide drawing.</param>
    public static Markup Figure(Plot plot, int width, int height)
    {
        var html = new StringBuilder();
        Append(html, plot, width, height, isTitled: false);
        return Markup.Made(html.ToString());
    }

    /// <summary>A table.</summary>
    public static void Append(StringBuilder html, ReportTable table)
    {
        // Sentences are set to the left and wrapped; numbers are not.
        var prose = table.Columns.Select((_, i) => Class(table.Rows.Select(row => row[i].Length).DefaultIfEmpty().Max())).ToArray();
        html.Append("<div class=\"scroll\"><table class=\"").Append(table.IsText ? "text" : "numbers").Append("\"><thead><tr>");
        for (var i = 0; i < table.Columns.Length; i++)
        {
            html.Append("<th").Append(prose[i]).Append('>').Append(Encode(table.Columns[i])).Append("</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Length; i++)
            {
                html.Append("<td").Append(prose[i]).Append(" data-label=\"").Append(Encode(table.Columns[i])).Append("\">").Append(Prose(row[i])).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");

        string Class(int longest) =>
            longest > LongestNumber || (table.IsText && longest > LeastSentence) ? " class=\"prose\"" : table.IsText ? " class=\"word\"" : string.Empty;
    }

    /// <summary>Text as HTML.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The same where lines are broken: not between a number and its unit.</summary>
    private static string Prose(string text) => Encode(BeforeUnit().Replace(text, "\u00a0"));

    [GeneratedRegex(@"(?<=[0-9]) (?=(?:%|ms|s|min|h|days)(?![A-Za-z0-9]))")]
    private static partial Regex BeforeUnit();
}
