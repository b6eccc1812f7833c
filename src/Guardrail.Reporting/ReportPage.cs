using System.Collections.Immutable;
using System.Text;

namespace Guardrail.Reporting;

/// <summary>A part of the page: a heading, a paragraph, and a plot or a table or both.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Text">A paragraph; empty for none.</param>
/// <param name="Plot">A plot, or null.</param>
/// <param name="Table">A table, or null.</param>
public sealed record ReportSection(string Heading, string Text, Plot? Plot = null, ReportTable? Table = null);

/// <summary>A table.</summary>
/// <param name="Columns">The columns; those after the first are set to the right.</param>
/// <param name="Rows">The rows, as long as the columns.</param>
public sealed record ReportTable(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows)
{
    /// <summary>Whether its cells are words rather than numbers, set to the left. Default false.</summary>
    public bool IsText { get; init; }
}

/// <summary>Builds the report: one HTML page without script and without anything to load.</summary>
public static class ReportPage
{
    /// <summary>The page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="lead">A paragraph under the title.</param>
    /// <param name="sections">Its parts.</param>
    public static string Render(string title, string lead, IEnumerable<ReportSection> sections)
    {
        var html = new StringBuilder();
        ReportParts.Begin(html, title);
        html.Append("<h1>").Append(ReportParts.Encode(title)).Append("</h1>\n<p class=\"lead\">").Append(ReportParts.Encode(lead)).Append("</p>\n");
        foreach (var section in sections)
        {
            html.Append("<section>");
            ReportParts.Append(html, "h2", section.Heading);
            ReportParts.Append(html, "p", section.Text);
            if (section.Plot is { } plot)
            {
                ReportParts.Append(html, plot, 860, 460, isTitled: false);
            }

            if (section.Table is { } table)
            {
                ReportParts.Append(html, table);
            }

            html.Append("</section>\n");
        }

        ReportParts.End(html);
        return html.ToString();
    }
}
