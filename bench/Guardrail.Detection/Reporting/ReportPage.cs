using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Guardrail.Detection.Reporting;

/// <summary>A part of the page: a heading, a paragraph, and a plot or a table or both.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Text">A paragraph; empty for none.</param>
/// <param name="Plot">A plot, or null.</param>
/// <param name="Table">A table, or null.</param>
public sealed record ReportSection(string Heading, string Text, Plot? Plot = null, ReportTable? Table = null);

/// <summary>A table.</summary>
/// <param name="Columns">The columns; those after the first are set to the right.</param>
/// <param name="Rows">The rows, as long as the columns.</param>
public sealed record ReportTable(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows);

/// <summary>Builds the report: one HTML page without script and without anything to load.</summary>
public static class ReportPage
{
    private const int LongestNumber = 36;

    /// <summary>The page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="lead">A paragraph under the title.</param>
    /// <param name="sections">Its parts.</param>
    public static string Render(string title, string lead, IEnumerable<ReportSection> sections)
    {
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Append("<title>").Append(Encode(title)).Append("</title>\n<style>").Append(ReportStyle.Css).Append("</style></head>\n<body><main>\n");
        html.Append("<h1>").Append(Encode(title)).Append("</h1>\n<p class=\"lead\">").Append(Encode(lead)).Append("</p>\n");
        foreach (var section in sections)
        {
            Append(html, section);
        }

        return html.Append("</main></body></html>\n").ToString();
    }

    private static void Append(StringBuilder html, ReportSection section)
    {
        html.Append("<section><h2>").Append(Encode(section.Heading)).Append("</h2>\n");
        if (section.Text.Length > 0)
        {
            html.Append("<p>").Append(Encode(section.Text)).Append("</p>\n");
        }

        if (section.Plot is { } plot)
        {
            Append(html, plot);
        }

        if (section.Table is { } table)
        {
            Append(html, table);
        }

        html.Append("</section>\n");
    }

    private static void Append(StringBuilder html, Plot plot)
    {
        // Drawn for both widths, because text inside a scaled drawing would shrink with it on a telephone.
        html.Append("<figure><div class=\"wide\">").Append(SvgPlot.Render(plot, 860, 460)).Append("</div>");
        html.Append("<div class=\"narrow\">").Append(SvgPlot.Render(plot, 380, 400)).Append("</div>\n<ul class=\"legend\">");
        for (var i = 0; i < plot.Series.Length; i++)
        {
            html.Append("<li class=\"s").Append(i % SvgPlot.Looks).Append(plot.Series[i].IsOurs ? " ours" : string.Empty);
            html.Append("\"><svg width=\"14\" height=\"14\" aria-hidden=\"true\">").Append(SvgPlot.Mark(i, 7, 7)).Append("</svg>");
            html.Append(Encode(plot.Series[i].Name)).Append("</li>");
        }

        html.Append("</ul><figcaption>").Append(Encode(plot.Caption)).Append("</figcaption></figure>\n");
    }

    private static void Append(StringBuilder html, ReportTable table)
    {
        // Sentences are set to the left and wrapped; numbers are not.
        var prose = table.Columns.Select((_, i) => table.Rows.Any(row => row[i].Length > LongestNumber) ? " class=\"prose\"" : string.Empty).ToArray();
        html.Append("<div class=\"scroll\"><table><thead><tr>");
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
                html.Append("<td").Append(prose[i]).Append(" data-label=\"").Append(Encode(table.Columns[i])).Append("\">").Append(Encode(row[i])).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
